using System.Collections.Concurrent;
using System.Text;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace TaskManagement.Api.IntegrationTests.Broker;

/// <summary>Consumes a durable queue that is bound to the exchange.</summary>
internal sealed class Consumer : IAsyncDisposable
{
    public const string Exchange = "tasks";

    private readonly ConcurrentQueue<Message> _messages = new();
    private readonly IConnection _connection;
    private readonly IChannel _channel;

    private Consumer(IConnection connection, IChannel channel) => (_connection, _channel) = (connection, channel);

    public IReadOnlyList<Message> Messages => [.. _messages];

    public static async Task<Consumer> StartAsync(RabbitMqProcess broker, string queue, string pattern)
    {
        var connection = await new ConnectionFactory { Uri = new(broker.ConnectionString) }.CreateConnectionAsync();
        var channel = await connection.CreateChannelAsync();
        await channel.ExchangeDeclareAsync(Exchange, ExchangeType.Topic, durable: true);
        await channel.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false);
        await channel.QueueBindAsync(queue, Exchange, pattern);
        var started = new Consumer(connection, channel);
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += async (_, delivered) =>
        {
            started._messages.Enqueue(new(delivered.RoutingKey, new BasicProperties(delivered.BasicProperties), Encoding.UTF8.GetString(delivered.Body.Span)));
            await channel.BasicAckAsync(delivered.DeliveryTag, multiple: false);
        };
        await channel.BasicConsumeAsync(queue, autoAck: false, consumer);
        return started;
    }

    public async ValueTask DisposeAsync()
    {
        await _channel.DisposeAsync();
        await _connection.DisposeAsync();
    }

    internal sealed record Message(string RoutingKey, BasicProperties Properties, string Body);
}
