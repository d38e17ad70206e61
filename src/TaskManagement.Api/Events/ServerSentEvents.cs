using System.Buffers;
using System.Buffers.Text;
using System.IO.Pipelines;
using TaskManagement.Api.Http;

namespace TaskManagement.Api.Events;

/// <summary>Writes an answer as Server-Sent Events (the HTML standard, 9.2).</summary>
/// <param name="response">The answer.</param>
/// <param name="patience">How long a write may wait for the client.</param>
/// <param name="stopping">Fires when no one is to be waited for any more.</param>
internal sealed class ServerSentEvents(HttpResponse response, TimeSpan patience, CancellationToken stopping) : IDisposable
{
    private readonly PatientBody _patient = new(response, patience, stopping);
    private long _lastId;

    /// <summary>Whether it ended because the client did not read.</summary>
    public bool IsTooSlow => _patient.IsTooSlow;

    private PipeWriter Body => _patient.Writer;

    /// <summary>Begins at once, so that the client and all in between see it; with an id, so that a client who is cut off before the first event misses none.</summary>
    public ValueTask BeginAsync(long lastId)
    {
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-store";
        response.Headers["X-Accel-Buffering"] = "no";
        // After a restart, not all clients come again at the same moment.
        Body.Write(": open\nretry: "u8);
        Write(Random.Shared.Next(1000, 3000));
        Body.Write("\n"u8);
        WriteId(lastId);
        Body.Write("\n"u8);
        return FlushAsync();
    }

    /// <summary>Sends an event.</summary>
    /// <param name="id">What a client names who comes again.</param>
    /// <param name="data">The event, on one line.</param>
    public ValueTask SendAsync(long id, ReadOnlyMemory<byte> data)
    {
        // The id last: a client who is cut off in between, and reads line by line, gets the event again rather than never.
        Body.Write("data: "u8);
        Body.Write(data.Span);
        Body.Write("\n"u8);
        WriteId(id);
        Body.Write("\n"u8);
        return _patient.FlushIfFullAsync();
    }

    /// <summary>Shows that the stream lives. An id alone is no event, and the client names it when it comes again: what it did not want need not be looked at again.</summary>
    public void Beat(long id)
    {
        if (id == _lastId)
            Body.Write(":\n"u8);
        else
            WriteId(id);
        Body.Write("\n"u8);
    }

    /// <summary>Hands over what is written.</summary>
    /// <exception cref="OperationCanceledException">The client did not take it in time.</exception>
    public ValueTask FlushAsync() => _patient.FlushAsync();

    public void Dispose() => _patient.Dispose();

    private void WriteId(long id)
    {
        Body.Write("id: "u8);
        Write(id);
        Body.Write("\n"u8);
        _lastId = id;
    }

    private void Write(long number)
    {
        Utf8Formatter.TryFormat(number, Body.GetSpan(20), out var length);
        Body.Advance(length);
    }
}
