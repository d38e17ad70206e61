using Microsoft.Extensions.Options;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using TaskManagement.Application.Common.EventLog;

namespace TaskManagement.Infrastructure.Messaging.RabbitMq;

/// <summary>
/// Publishes events to the broker and waits until it has confirmed them. One connection serves the process; after any trouble it is closed, and the
/// next batch opens another.
/// </summary>
internal sealed class RabbitMqPublisher(IOptions<RabbitMqOptions> options, CloudEventJson json) : IAsyncDisposable
{
    private static readonly TimeSpan PatienceWithConnecting = TimeSpan.FromSeconds(10);

    private readonly RabbitMqOptions _options = options.Value;
    private readonly SemaphoreSlim _publishing = new(1, 1);
    private IConnection? _connection;
    private IChannel? _channel;

    /// <summary>Publishes events in order, each persistent and under its type as routing key.</summary>
    /// <exception cref="UnavailableException">Not all of them are confirmed. Some may be; published again they have the same id.</exception>
    public async Task PublishAsync(IReadOnlyList<LoggedEvent> events, CancellationToken cancellationToken)
    {
        await _publishing.WaitAsync(cancellationToken);
        try
        {
            var channel = await OpenAsync(cancellationToken);
            // Sent one after the other, and confirmed together.
            var confirmations = events.Select(logged => PublishAsync(channel, logged, cancellationToken).AsTask()).ToList();
            await Task.WhenAll(confirmations).WaitAsync(TimeSpan.FromSeconds(_options.ConfirmSeconds), cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // Whatever it is: the broker has not said that it has the events.
            await CloseAsync();
            throw new UnavailableException($"The broker at {_options.Broker!.Authority} took no events: {exception.Message}", exception);
        }
        catch (OperationCanceledException)
        {
            await CloseAsync();
            throw;
        }
        finally
        {
            _publishing.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        _publishing.Dispose();
    }

    private ValueTask PublishAsync(IChannel channel, LoggedEvent logged, CancellationToken cancellationToken)
    {
        var type = CloudEvent.TypeOf(logged);
        var properties = new BasicProperties
        {
            Persistent = true,
            ContentType = "application/cloudevents+json; charset=utf-8",
            MessageId = logged.EventId.ToString(),
            Type = type,
            Timestamp = new(logged.OccurredAt.ToUnixTimeSeconds()),
            AppId = "taskmanagement",
        };
        return channel.BasicPublishAsync(_options.Exchange, routingKey: type, mandatory: false, properties, json.Of(logged), cancellationToken);
    }

    private async Task<IChannel> OpenAsync(CancellationToken cancellationToken)
    {
        if (_channel is { IsOpen: true } open)
            return open;
        await CloseAsync();
        var factory = new ConnectionFactory
        {
            Uri = _options.Broker!,
            ClientProvidedName = "taskmanagement",
            // Recovered here, where it is known what is not confirmed.
            AutomaticRecoveryEnabled = false,
            TopologyRecoveryEnabled = false,
            RequestedConnectionTimeout = PatienceWithConnecting,
            RequestedHeartbeat = TimeSpan.FromSeconds(15),
        };
        _connection = await factory.CreateConnectionAsync(cancellationToken);
        _channel = await _connection.CreateChannelAsync(
            new(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true, outstandingPublisherConfirmationsRateLimiter: null), cancellationToken);
        await _channel.ExchangeDeclareAsync(_options.Exchange, ExchangeType.Topic, durable: true, autoDelete: false, cancellationToken: cancellationToken);
        return _channel;
    }

    private async Task CloseAsync()
    {
        var (channel, connection) = (_channel, _connection);
        (_channel, _connection) = (null, null);
        try
        {
            if (channel is not null)
                await channel.DisposeAsync();
            if (connection is not null)
                await connection.DisposeAsync();
        }
        catch (Exception exception) when (exception is RabbitMQClientException or IOException or ObjectDisposedException or OperationCanceledException or TimeoutException)
        {
            // It was in trouble already.
        }
    }
}
