using MediatR;
using Microsoft.Extensions.Options;
using TaskManagement.Api.Http;
using TaskManagement.Api.Security;
using TaskManagement.Application.Common;
using TaskManagement.Application.Events;
using TaskManagement.Application.Identity;
using TaskManagement.Infrastructure.EventLog;
using TaskManagement.Infrastructure.Messaging;

namespace TaskManagement.Api.Events;

/// <summary>The streams of events that are open on this node.</summary>
internal sealed partial class EventStreams(
    IServiceScopeFactory scopes,
    CloudEventJson json,
    IAccessTokens tokens,
    IDatabaseFaults database,
    IHostApplicationLifetime lifetime,
    TimeProvider time,
    IOptions<EventsOptions> options,
    ILogger<EventStreams> logger)
{
    private readonly TimeSpan _heartbeat = TimeSpan.FromSeconds(options.Value.StreamHeartbeatSeconds);
    private readonly TimeSpan _patience = TimeSpan.FromSeconds(options.Value.StreamWriteSeconds);
    private int _open;

    /// <summary>Answers a request with a stream, until the client goes or may no longer read it, or the process ends.</summary>
    /// <exception cref="TooManyStreamsException">As many are open as may be.</exception>
    public async Task SendAsync(HttpContext http, StreamEvents wanted)
    {
        try
        {
            if (Interlocked.Increment(ref _open) > options.Value.MaxStreams)
                throw new TooManyStreamsException();
            var stream = await OpenAsync(wanted, http.RequestAborted);
            RequestSpans.EndMeasuring(http, time);
            await SendAsync(http, stream);
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }

    /// <summary>In a scope of its own: what it takes to begin is not kept for as long as the stream lasts.</summary>
    private async Task<OpenStream> OpenAsync(StreamEvents wanted, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<ISender>().Send(wanted, cancellationToken);
    }

    private async Task SendAsync(HttpContext http, OpenStream stream)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, lifetime.ApplicationStopping);
        using var frames = new ServerSentEvents(http.Response, _patience, lifetime.ApplicationStopping);
        Opened(http.TraceIdentifier, stream.Position);
        try
        {
            await frames.BeginAsync(stream.Position);
            var checkedAt = time.GetTimestamp();
            await foreach (var part in stream.Parts.WithCancellation(ending.Token))
            {
                if (part.Events.Count == 0 || time.GetElapsedTime(checkedAt) >= _heartbeat)
                {
                    if (!await IsStillAdmittedAsync(http, ending.Token))
                    {
                        CutOff(http.TraceIdentifier, "its token is no longer valid");
                        return;
                    }

                    checkedAt = time.GetTimestamp();
                }

                foreach (var logged in part.Events)
                    await frames.SendAsync(logged.Position!.Value, json.Of(logged));
                if (part.Events.Count == 0)
                    frames.Beat(part.Position);
                await frames.FlushAsync();
            }
        }
        catch (OperationCanceledException) when (frames.IsTooSlow)
        {
            CutOff(http.TraceIdentifier, "the client does not read");
            http.Abort();
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            Closed(http.TraceIdentifier);
        }
    }

    private async Task<bool> IsStillAdmittedAsync(HttpContext http, CancellationToken cancellationToken)
    {
        // Of a JWT nothing can change but the time.
        if (http.Features.Get<JwtAdmission>() is { } admission)
            return time.GetUtcNow() < admission.Until;
        try
        {
            return await tokens.AuthenticateAsync(BearerTokenHandler.TokenOf(http.Request), cancellationToken) is { } caller
                && caller == http.Features.Get<Caller>();
        }
        catch (Exception exception) when (database.IsUnavailable(exception))
        {
            // There is nothing new to read either.
            return true;
        }
    }

    [LoggerMessage(1, LogLevel.Debug, "Stream {Stream} is open after position {Position}")]
    private partial void Opened(string stream, long position);

    [LoggerMessage(2, LogLevel.Debug, "Stream {Stream} is closed: the client is gone, or the process ends")]
    private partial void Closed(string stream);

    [LoggerMessage(3, LogLevel.Information, "Stream {Stream} was cut off: {Reason}")]
    private partial void CutOff(string stream, string reason);
}

/// <summary>As many streams are open on this node as may be.</summary>
internal sealed class TooManyStreamsException() : Exception("As many streams are open here as may be. Try again later, or read the feed page by page.");
