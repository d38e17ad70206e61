using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace TaskManagement.Api.Http;

/// <summary>
/// The body of an answer that goes on for as long as the client reads. Nothing is kept for a client who reads slowly: he is waited for, but not
/// for long.
/// </summary>
internal sealed class PatientBody : IDisposable
{
    /// <summary>From how many bytes on a client must have taken them before more are written.</summary>
    private const int MostUnflushed = 16 * 1024;

    private readonly TimeSpan _patience;
    private readonly CancellationToken _stopping;
    private readonly CancellationTokenSource _limit;

    /// <param name="response">The answer.</param>
    /// <param name="patience">How long a write may wait for the client.</param>
    /// <param name="stopping">Fires when no one is to be waited for any more.</param>
    public PatientBody(HttpResponse response, TimeSpan patience, CancellationToken stopping)
    {
        // Neither the server's own limit, which is another one, nor buffers.
        response.HttpContext.Features.Get<IHttpMinResponseDataRateFeature>()?.MinDataRate = null;
        response.HttpContext.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        Writer = response.BodyWriter;
        _patience = patience;
        _stopping = stopping;
        _limit = CancellationTokenSource.CreateLinkedTokenSource(stopping);
    }

    /// <summary>Takes what is to be sent.</summary>
    public PipeWriter Writer { get; }

    /// <summary>Whether it ended because the client did not read.</summary>
    public bool IsTooSlow => _limit.IsCancellationRequested && !_stopping.IsCancellationRequested;

    /// <summary>Hands over what is written, if that is much.</summary>
    /// <exception cref="OperationCanceledException">The client did not take it in time.</exception>
    public ValueTask FlushIfFullAsync() => Writer.UnflushedBytes < MostUnflushed ? ValueTask.CompletedTask : FlushAsync();

    /// <summary>Hands over what is written.</summary>
    /// <exception cref="OperationCanceledException">The client did not take it in time.</exception>
    public async ValueTask FlushAsync()
    {
        _limit.CancelAfter(_patience);
        await Writer.FlushAsync(_limit.Token);
        _limit.CancelAfter(Timeout.InfiniteTimeSpan);
    }

    public void Dispose() => _limit.Dispose();
}
