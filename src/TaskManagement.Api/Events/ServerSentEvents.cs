using System.Buffers;
using System.Buffers.Text;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace TaskManagement.Api.Events;

/// <summary>
/// Writes an answer as Server-Sent Events (the HTML standard, 9.2). Nothing is kept for a client who reads slowly: he is waited for, but not for long.
/// </summary>
internal sealed class ServerSentEvents : IDisposable
{
    /// <summary>From how many bytes on a client must have taken them before more are written.</summary>
    private const int MostUnflushed = 16 * 1024;

    private readonly HttpResponse _response;
    private readonly PipeWriter _body;
    private readonly TimeSpan _patience;
    private readonly CancellationToken _stopping;
    private readonly CancellationTokenSource _limit;
    private long _lastId;

    /// <param name="response">The answer.</param>
    /// <param name="patience">How long a write may wait for the client.</param>
    /// <param name="stopping">Fires when no one is to be waited for any more.</param>
    public ServerSentEvents(HttpResponse response, TimeSpan patience, CancellationToken stopping)
    {
        _response = response;
        _body = response.BodyWriter;
        _patience = patience;
        _stopping = stopping;
        _limit = CancellationTokenSource.CreateLinkedTokenSource(stopping);
    }

    /// <summary>Whether it ended because the client did not read.</summary>
    public bool IsTooSlow => _limit.IsCancellationRequested && !_stopping.IsCancellationRequested;

    /// <summary>Begins at once, so that the client and all in between see it; with an id, so that a client who is cut off before the first event misses none.</summary>
    public ValueTask BeginAsync(long lastId)
    {
        var features = _response.HttpContext.Features;
        // Neither the server's own limit, which is another one, nor buffers.
        features.Get<IHttpMinResponseDataRateFeature>()?.MinDataRate = null;
        features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        _response.ContentType = "text/event-stream";
        _response.Headers.CacheControl = "no-store";
        _response.Headers["X-Accel-Buffering"] = "no";
        // After a restart, not all clients come again at the same moment.
        _body.Write(": open\nretry: "u8);
        Write(Random.Shared.Next(1000, 3000));
        _body.Write("\n"u8);
        WriteId(lastId);
        _body.Write("\n"u8);
        return FlushAsync();
    }

    /// <summary>Sends an event.</summary>
    /// <param name="id">What a client names who comes again.</param>
    /// <param name="data">The event, on one line.</param>
    public ValueTask SendAsync(long id, ReadOnlyMemory<byte> data)
    {
        // The id last: a client who is cut off in between, and reads line by line, gets the event again rather than never.
        _body.Write("data: "u8);
        _body.Write(data.Span);
        _body.Write("\n"u8);
        WriteId(id);
        _body.Write("\n"u8);
        return _body.UnflushedBytes < MostUnflushed ? ValueTask.CompletedTask : FlushAsync();
    }

    /// <summary>Shows that the stream lives. An id alone is no event, and the client names it when it comes again: what it did not want need not be looked at again.</summary>
    public void Beat(long id)
    {
        if (id == _lastId)
            _body.Write(":\n"u8);
        else
            WriteId(id);
        _body.Write("\n"u8);
    }

    /// <summary>Hands over what is written.</summary>
    /// <exception cref="OperationCanceledException">The client did not take it in time.</exception>
    public async ValueTask FlushAsync()
    {
        _limit.CancelAfter(_patience);
        await _body.FlushAsync(_limit.Token);
        _limit.CancelAfter(Timeout.InfiniteTimeSpan);
    }

    public void Dispose() => _limit.Dispose();

    private void WriteId(long id)
    {
        _body.Write("id: "u8);
        Write(id);
        _body.Write("\n"u8);
        _lastId = id;
    }

    private void Write(long number)
    {
        Utf8Formatter.TryFormat(number, _body.GetSpan(20), out var length);
        _body.Advance(length);
    }
}
