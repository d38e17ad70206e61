using System.Diagnostics;
using Microsoft.Extensions.Logging;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Application.Common.Telemetry;

namespace TaskManagement.Infrastructure.EventLog.Delivery;

/// <summary>
/// Delivers the events of one cursor while this node holds its lease: new ones in the order of the log, and parked ones when they are due.
/// An aggregate's events are its lane. One that fails is parked, the later ones of its lane are parked behind it, and all other lanes go on.
/// </summary>
internal sealed partial class Worker(
    Subscription subscription,
    Lease lease,
    LogReader log,
    CursorStore cursors,
    ParkingLot parking,
    Attempts attempts,
    Obstacles obstacles,
    EventSignals signals,
    EventTypes types,
    DatabaseClock clock,
    ILogger logger) : IDisposable
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private readonly Signal _changed = new();
    private int _partitions = 1;
    private HashSet<string>? _onlyTypes;
    private long _stopAt = long.MaxValue;
    private volatile bool _paused;
    private volatile Subscription _subscription = subscription;

    /// <summary>The lease that it works under.</summary>
    public Lease Lease => lease;

    private CursorKey Key => lease.Key;

    public void Dispose() => attempts.Dispose();

    /// <summary>Takes over what an operator, or a change of partitions, has decided, and which events the subscription is for by now.</summary>
    public void Follow(CursorState state, Subscription current)
    {
        _subscription = current;
        _paused = state.Paused == 1;
        Volatile.Write(ref _stopAt, state.StopAt ?? long.MaxValue);
        _changed.Set();
    }

    /// <summary>Works until the lease is lost or the process ends.</summary>
    /// <param name="stopping">Fires when nothing new is to be begun.</param>
    /// <param name="ending">Fires when what has begun is to be given up.</param>
    public async Task RunAsync(CancellationToken stopping, CancellationToken ending)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        while (!over.IsCancellationRequested)
        {
            // Both loops begin anew from what the database says when one of them is interrupted.
            using var round = CancellationTokenSource.CreateLinkedTokenSource(over.Token);
            try
            {
                await LoadAsync(round.Token);
                Task[] loops = [DeliverAsync(round.Token, ending), RetryAsync(round.Token, ending)];
                await Task.WhenAny(loops);
                await round.CancelAsync();
                await Task.WhenAll(loops);
            }
            catch (OperationCanceledException) when (over.IsCancellationRequested)
            {
                return;
            }
            catch (UnavailableException unavailable)
            {
                obstacles.Meet(unavailable);
                await Task.WhenAny(Task.Delay(obstacles.Pause, over.Token));
            }
            catch (LeaseLostException)
            {
                Lost(Key);
                Instrumentation.LeasesLost.Add(1, new KeyValuePair<string, object?>("subscription", Key.Subscription));
                lease.Lose();
                return;
            }
            catch (Exception exception)
            {
                Interrupted(Key, exception);
                await Task.WhenAny(Task.Delay(ShortestPause + (LongestPause - ShortestPause) * Random.Shared.NextDouble() / 4, over.Token));
            }
        }
    }

    private async Task LoadAsync(CancellationToken cancellationToken)
    {
        var (cursor, partitions) = await cursors.LoadAsync(lease, cancellationToken);
        if (cursor.Position > lease.Handled && lease.Handled > 0)
            Instrumentation.DuplicatesSuppressed.Add(1, new KeyValuePair<string, object?>("subscription", Key.Subscription));
        lease.Stands(cursor.Position);
        _partitions = partitions;
        _onlyTypes = cursor.Types is { } only ? [.. only.Split(',')] : null;
        _paused = cursor.PausedAt is not null;
        Volatile.Write(ref _stopAt, cursor.StopAt ?? long.MaxValue);
        await obstacles.LoadAsync(cursor, cancellationToken);
        await attempts.LoadAsync(cursor, partitions, log, cancellationToken);
    }

    /// <summary>Delivers new events, in order, for as long as there are any; then waits for more.</summary>
    private async Task DeliverAsync(CancellationToken stopping, CancellationToken ending)
    {
        while (true)
        {
            stopping.ThrowIfCancellationRequested();
            var changed = _changed.Next;
            if (_paused || lease.Handled >= Volatile.Read(ref _stopAt))
            {
                await attempts.AcknowledgeAsync(stopping);
                await changed.WaitAsync(stopping);
                continue;
            }

            var entries = await log.ReadAfterAsync(lease.Handled, stopping);
            if (entries.IsEmpty)
                await signals.WaitBeyondAsync(lease.Handled, stopping);
            else
                await DeliverAsync(entries, stopping, ending);
        }
    }

    private async Task DeliverAsync(ReadOnlyMemory<LogEntry> entries, CancellationToken stopping, CancellationToken ending)
    {
        var batch = new List<LogEntry>(Math.Min(attempts.MostNew, entries.Length));
        for (var i = 0; i < entries.Length && entries.Span[i].Position <= Volatile.Read(ref _stopAt) && !_paused; i++)
        {
            var entry = entries.Span[i];
            if (IsMine(entry))
                batch.Add(entry);
            else if (batch.Count == 0)
                lease.HandledTo(entry.Position);
            if (batch.Count < attempts.MostNew)
                continue;
            await attempts.DeliverAsync(batch, stopping, ending);
            batch.Clear();
        }

        if (batch.Count > 0)
            await attempts.DeliverAsync(batch, stopping, ending);
    }

    private bool IsMine(LogEntry entry) =>
        (_partitions == 1 || entry.Lane % _partitions == lease.Key.Partition)
        && (_onlyTypes is null || _onlyTypes.Contains(entry.Logged.Type))
        && _subscription.IsFor(entry.Logged.Type, entry.Logged.TypeVersion, types);

    /// <summary>Tries parked events again when they are due, lane by lane in order.</summary>
    private async Task RetryAsync(CancellationToken stopping, CancellationToken ending)
    {
        var (operated, loadedAt) = (signals.Changes.Next, Stopwatch.GetTimestamp());
        while (true)
        {
            stopping.ThrowIfCancellationRequested();
            var (filled, changed) = (parking.Filled.Next, _changed.Next);
            if (operated.IsCompleted || Stopwatch.GetElapsedTime(loadedAt) >= LongestPause)
            {
                (operated, loadedAt) = (signals.Changes.Next, Stopwatch.GetTimestamp());
                // An operator, perhaps at another node, may have changed what is parked.
                if (parking.HasAny)
                    await attempts.ReloadAsync(_partitions, stopping);
            }

            var wait = Timeout.InfiniteTimeSpan;
            if (parking.HasAny && !_paused)
            {
                var (due, next) = await parking.FindDueAsync(attempts.MostAgain, stopping);
                if (due.Count > 0)
                {
                    await attempts.RetryAsync(due, stopping, ending);
                    continue;
                }

                var milliseconds = (next - clock.Now)?.TotalMilliseconds ?? double.MaxValue;
                wait = TimeSpan.FromMilliseconds(Math.Clamp(milliseconds, 0, LongestPause.TotalMilliseconds));
            }

            await WaitAsync(wait, stopping, filled, changed, operated);
        }
    }

    private static async Task WaitAsync(TimeSpan time, CancellationToken cancellationToken, params Task[] signals)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny([.. signals, Task.Delay(time, over.Token)]);
        await over.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
    }

    [LoggerMessage(1, LogLevel.Information, "The lease on {Cursor} was lost to another node")]
    private partial void Lost(CursorKey cursor);

    [LoggerMessage(2, LogLevel.Warning, "Delivery to {Cursor} is interrupted")]
    private partial void Interrupted(CursorKey cursor, Exception exception);
}
