using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.Options;
using TaskManagement.Domain.Webhooks;

namespace TaskManagement.Infrastructure.Messaging.Webhooks;

/// <summary>Makes single calls: each is one attempt to hand one event to one receiver. Only a 2xx says that it has it.</summary>
internal sealed class WebhookSender : IDisposable
{
    /// <summary>How much of an answer is kept, in bytes.</summary>
    public const int MostOfAnswer = 4096;

    private static readonly MediaTypeHeaderValue CloudEventJson = new("application/cloudevents+json", "utf-8");

    private readonly WebhooksOptions _options;
    private readonly TimeProvider _clock;
    private readonly HttpClient _client;

    public WebhookSender(IOptions<WebhooksOptions> options, WebhookAddresses addresses, TimeProvider clock)
    {
        _options = options.Value;
        _clock = clock;
        _client = new(new SocketsHttpHandler
        {
            // A connection is made to the address that was checked, and to no other: neither a proxy nor a redirection leads elsewhere.
            ConnectCallback = addresses.ConnectAsync,
            UseProxy = false,
            AllowAutoRedirect = false,
            UseCookies = false,
            ActivityHeadersPropagator = null,
            // Names are resolved, and addresses checked, anew from time to time.
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
            MaxResponseDrainSize = 64 * 1024,
            ResponseDrainTimeout = TimeSpan.FromSeconds(1),
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        _client.DefaultRequestHeaders.UserAgent.Add(new("TaskManagement", typeof(WebhookSender).Assembly.GetName().Version!.ToString(3)));
    }

    /// <summary>Makes a call, and completes its record. Whatever comes of it, it throws only if it is cancelled.</summary>
    /// <param name="call">What the record begins with.</param>
    /// <param name="endpoint">The receiver.</param>
    /// <param name="body">The CloudEvent that it is told.</param>
    /// <param name="cancellationToken">Ends the call in the middle.</param>
    /// <returns>How long the receiver asks to be left alone, or null.</returns>
    public async Task<TimeSpan?> SendAsync(WebhookCall call, WebhookEndpoint endpoint, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, endpoint.Url)
        {
            Content = new ReadOnlyMemoryContent(body) { Headers = { ContentType = CloudEventJson } },
        };
        StandardWebhooks.Sign(request.Headers, WebhookCall.MessageIdOf(call.EventId, call.WebhookId), call.At, body.Span, endpoint.SecretsAt(call.At));
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(_options.TimeoutSeconds));
        var started = Stopwatch.GetTimestamp();
        try
        {
            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            call.ResponseStatus = (int)response.StatusCode;
            call.ResponseBody = await ReadAsync(response.Content, limit.Token);
            call.Error = response.IsSuccessStatusCode ? null : Refusal(call.ResponseStatus.Value);
            return call.ResponseStatus is 429 or 503 ? RetryAfter(response.Headers.RetryAfter) : null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            call.Error = string.Create(CultureInfo.InvariantCulture, $"The call was not answered within {_options.TimeoutSeconds} s.");
            return null;
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            call.Error = Cut(exception.GetBaseException() is AddressRefusedException refused ? refused.Message : $"The call failed: {exception.GetBaseException().Message}");
            return null;
        }
        finally
        {
            call.DurationMilliseconds = (int)Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        }
    }

    public void Dispose() => _client.Dispose();

    private static string Refusal(int status) => status is >= 300 and < 400
        ? $"The receiver answered {status}; redirections are not followed."
        : $"The receiver answered {status}.";

    private static string Cut(string text) =>
        text.Length <= WebhookCallConfiguration.MaxErrorLength ? text : text[..WebhookCallConfiguration.MaxErrorLength];

    private static async Task<string?> ReadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[MostOfAnswer];
        var read = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        // PostgreSQL keeps no zero characters. The last character may be cut in the middle.
        return read == 0 ? null : Encoding.UTF8.GetString(buffer, 0, read).Replace('\0', '\uFFFD').TrimEnd('\uFFFD');
    }

    private TimeSpan? RetryAfter(RetryConditionHeaderValue? header)
    {
        var wait = header?.Delta ?? (header?.Date is { } date ? date - _clock.GetUtcNow() : null);
        if (wait is not { } given || given <= TimeSpan.Zero)
            return null;
        var most = TimeSpan.FromSeconds(_options.BackoffCapSeconds);
        return given < most ? given : most;
    }
}
