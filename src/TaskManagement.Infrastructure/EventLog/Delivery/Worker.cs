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
    bool wasReleased,
    LogReader log,
    CursorStore cursors,
    ParkingLot parking,
    DeliveryRunner runner,
    EventSignals signals,
    EventTypes types,
    DatabaseClock clock,
    Suspects suspects,
    EngineSafeguards safeguards,
    ILogger logger) : IDisposable
{
    // How many events may be handled without the database knowing, and so how many are repeated with care after an unclean end.
    private const int Window = 512;

    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private readonly SubscriptionPolicy _policy = subscription.Policy;
    private readonly Obstacles _obstacles = new(lease, cursors, logger);
    private readonly Signal _changed = new();
    // New events and those that are tried again take turns: who says nothing of partitions may count on being called for one event at a time.
    private readonly SemaphoreSlim _handling = new(1, 1);
    private int _partitions = 1;
    private long _replayUntil;
    private HashSet<string>? _onlyTypes;
    private int _careful = wasReleased ? 0 : Window;
    private bool _hasAttempted;
    private int _unacknowledged;
    private long _stopAt = long.MaxValue;
    private volatile bool _paused;
    private volatile Subscription _subscription = subscription;

    /// <summary>The lease that it works under.</summary>
    public Lease Lease => lease;

    private CursorKey Key => lease.Key;

    public void Dispose()
    {
        parking.Dispose();
        _handling.Dispose();
    }

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
                _obstacles.Meet(unavailable);
                await Task.WhenAny(Task.Delay(_obstacles.Pause, over.Token));
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
        _replayUntil = cursor.ReplayUntil;
        _onlyTypes = cursor.Types is { } only ? [.. only.Split(',')] : null;
        _paused = cursor.PausedAt is not null;
        Volatile.Write(ref _stopAt, cursor.StopAt ?? long.MaxValue);
        await parking.LoadAsync(partitions, cancellationToken);
        await _obstacles.LoadAsync(cursor, cancellationToken);
        // What this worker itself began and was interrupted in, by an outage say, is no crash.
        if (!_hasAttempted && cursor.AttemptPosition is { } attempted && attempted > cursor.Position && _careful > 0
            && await log.FindAsync(attempted, cancellationToken) is { } crashed)
            await parking.ParkCrashedAsync(crashed, cancellationToken);
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
                await AcknowledgeAsync(stopping);
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
        var batch = new List<LogEntry>(Math.Min(_policy.BatchSize, entries.Length));
        for (var i = 0; i < entries.Length; i++)
        {
            var entry = entries.Span[i];
            if (entry.Position > Volatile.Read(ref _stopAt))
                break;
            if (!IsMine(entry))
            {
                if (batch.Count == 0)
                    lease.HandledTo(entry.Position);
                continue;
            }

            if (parking.SeemsBlocked(entry))
            {
                await HandleAsync(batch, stopping, ending);
                if (await parking.ParkBehindAsync(entry, ending))
                    continue;
            }

            batch.Add(entry);
            if (batch.Count < (_careful > 0 || _obstacles.IsMet ? 1 : _policy.BatchSize))
                continue;
            await HandleAsync(batch, stopping, ending);
            if (_paused)
                return;
        }

        await HandleAsync(batch, stopping, ending);
    }

    private bool IsMine(LogEntry entry) =>
        (_partitions == 1 || entry.Lane % _partitions == Key.Partition)
        && (_onlyTypes is null || _onlyTypes.Contains(entry.Logged.Type))
        && _subscription.IsFor(entry.Logged.Type, entry.Logged.TypeVersion, types);

    /// <summary>Handles the events of a batch and empties it; those that fail are parked.</summary>
    private async Task HandleAsync(List<LogEntry> batch, CancellationToken stopping, CancellationToken ending)
    {
        if (batch.Count > 1)
        {
            stopping.ThrowIfCancellationRequested();
            try
            {
                await AttemptAsync(batch, stopping, ending);
                batch.Clear();
            }
            catch (Exception exception) when (IsFailure(exception, ending))
            {
                // One by one it will be seen which of them it was.
                Split(Key, batch.Count, exception);
            }
        }

        foreach (var entry in batch)
        {
            stopping.ThrowIfCancellationRequested();
            if (parking.SeemsBlocked(entry) && await parking.ParkBehindAsync(entry, ending))
                continue;
            try
            {
                await AttemptAsync([entry], stopping, ending);
            }
            catch (Exception exception) when (IsFailure(exception, ending))
            {
                _obstacles.Heed(exception);
                await parking.ParkFailedAsync(entry, exception, ending);
            }
        }

        batch.Clear();
    }

    private async Task AttemptAsync(List<LogEntry> batch, CancellationToken stopping, CancellationToken ending)
    {
        await _obstacles.RestAsync(stopping);
        await _handling.WaitAsync(ending);
        try
        {
            await AttemptInTurnAsync(batch, ending);
        }
        finally
        {
            _handling.Release();
        }
    }

    private async Task AttemptInTurnAsync(List<LogEntry> batch, CancellationToken ending)
    {
        EnsureLease();
        var last = batch[^1].Position;
        var isCareful = _careful > 0;
        if (isCareful)
        {
            _careful--;
            _hasAttempted = true;
            await cursors.BeginAttemptAsync(lease, last, ending);
        }

        IReadOnlyList<ParkedNow> parked = [];
        var committed = await runner.RunAsync(
            _subscription,
            batch,
            attempt: 1,
            IsReplay,
            async (settlement, token) =>
            {
                parked = await parking.ParkAsync(settlement, batch, token);
                await cursors.SettleAsync(settlement.Db, lease, last, batch.Count - parked.Count, token);
            },
            mustSettle: isCareful || Key.Replay > 0,
            ending);
        await parking.HaveParkedAsync(parked, ending);
        foreach (var failed in parked)
            _obstacles.Heed(failed.Exception);
        await _obstacles.OvercomeAsync(ending);
        lease.HandledTo(last);
        if (committed)
        {
            lease.AcknowledgedTo(last);
            _unacknowledged = 0;
        }
        else if ((_unacknowledged += batch.Count) >= Window)
        {
            await AcknowledgeAsync(ending);
        }
    }

    /// <summary>Tries parked events again when they are due, lane by lane in order.</summary>
    private async Task RetryAsync(CancellationToken stopping, CancellationToken ending)
    {
        while (true)
        {
            stopping.ThrowIfCancellationRequested();
            var (filled, changed, operated) = (parking.Filled.Next, _changed.Next, signals.Changes.Next);
            var wait = Timeout.InfiniteTimeSpan;
            if (parking.HasAny && !_paused)
            {
                var next = await parking.FindNextAsync(stopping);
                wait = next is null ? LongestPause : (next.NextAttemptAt ?? next.ParkedAt) - clock.Now;
                if (next is not null && wait <= TimeSpan.Zero)
                {
                    await _obstacles.RestAsync(stopping);
                    await RetryAsync(next, ending);
                    continue;
                }
            }

            await WaitAsync(wait < LongestPause ? wait : LongestPause, stopping, filled, changed, operated);
            if (operated.IsCompleted || wait >= LongestPause)
                // Another node's operator may have changed what is parked.
                await ReloadAsync(stopping);
        }
    }

    private async Task RetryAsync(ParkedEvent parked, CancellationToken ending)
    {
        using var turn = await suspects.TakeTurnAsync(parked, ending);
        await _handling.WaitAsync(ending);
        try
        {
            await RetryInTurnAsync(parked, ending);
        }
        finally
        {
            _handling.Release();
        }
    }

    private async Task RetryInTurnAsync(ParkedEvent parked, CancellationToken ending)
    {
        EnsureLease();
        var entry = await log.FindAsync(parked.Position, ending)
            ?? throw new InvalidOperationException($"The event at position {parked.Position} is parked and not in the log.");
        if (!await parking.BeginAsync(parked, entry, ending))
            return;
        ParkedNow? failed = null;
        try
        {
            await runner.RunAsync(
                _subscription,
                [entry],
                parked.Attempts + 1,
                IsReplay,
                async (settlement, token) => failed = await parking.SettleAsync(settlement, parked, entry, token),
                mustSettle: true,
                ending);
        }
        catch (UnavailableException)
        {
            await parking.LeaveAsync(parked, ending);
            throw;
        }
        catch (Exception exception) when (IsFailure(exception, ending))
        {
            _obstacles.Heed(exception);
            await parking.FailAsync(parked, entry, exception, ending);
            return;
        }

        await _obstacles.OvercomeAsync(ending);
        _obstacles.Heed(failed?.Exception);
        await parking.HaveSettledAsync(parked, failed, ending);
    }

    /// <summary>Looks again which lanes are blocked, when no attempt is under way that parks or settles.</summary>
    private async Task ReloadAsync(CancellationToken cancellationToken)
    {
        await _handling.WaitAsync(cancellationToken);
        try
        {
            await parking.LoadAsync(_partitions, cancellationToken);
        }
        finally
        {
            _handling.Release();
        }
    }

    private bool IsReplay(LogEntry entry) => Key.Replay > 0 || entry.Position <= _replayUntil;

    /// <summary>Whether it is the handler that failed. A cancellation is no failure only if it was this process that is ending.</summary>
    private static bool IsFailure(Exception exception, CancellationToken ending) =>
        exception is not (LeaseLostException or CommitInDoubtException or UnavailableException) && !ending.IsCancellationRequested;

    private void EnsureLease()
    {
        if (!lease.IsValid && safeguards.Fencing)
            throw new LeaseLostException(Key);
    }

    private async Task AcknowledgeAsync(CancellationToken cancellationToken)
    {
        _unacknowledged = 0;
        if (lease.Handled > lease.Acknowledged)
            await cursors.AcknowledgeAsync([lease], cancellationToken);
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

    [LoggerMessage(3, LogLevel.Debug, "A batch of {Count} events for {Cursor} failed and is handled one by one")]
    private partial void Split(CursorKey cursor, int count, Exception exception);
}
