using Microsoft.Extensions.Logging;
using TaskManagement.Application.Common.EventLog;

namespace TaskManagement.Infrastructure.EventLog.Delivery;

/// <summary>
/// Hands events of one cursor to the handler, and sees to what becomes of them. New events and those that are tried again take turns: who says
/// nothing of partitions may count on being called for one event at a time.
/// </summary>
internal sealed partial class Attempts(
    Subscription subscription,
    Lease lease,
    bool wasReleased,
    CursorStore cursors,
    ParkingLot parking,
    DeliveryRunner runner,
    Obstacles obstacles,
    Suspects suspects,
    EngineSafeguards safeguards,
    ILogger logger) : IDisposable
{
    // How many events may be handled without the database knowing, and so how many are repeated with care after an unclean end.
    private const int Window = 512;

    private readonly SemaphoreSlim _turn = new(1, 1);
    private long _replayUntil;
    private int _careful = wasReleased ? 0 : Window;
    private bool _hasAttempted;
    private int _unacknowledged;

    /// <summary>How many new events to hand over at once.</summary>
    public int MostNew => _careful > 0 ? 1 : MostAgain;

    /// <summary>How many parked events to hand over at once.</summary>
    public int MostAgain => obstacles.IsMet ? 1 : subscription.Policy.BatchSize;

    private CursorKey Key => lease.Key;

    public void Dispose() => _turn.Dispose();

    /// <summary>Begins where the cursor stands. The event in whose handling the process ended is tried again later, apart from all others.</summary>
    public async Task LoadAsync(EventCursor cursor, int partitions, LogReader log, CancellationToken cancellationToken)
    {
        _replayUntil = cursor.ReplayUntil;
        await parking.LoadAsync(partitions, cancellationToken);
        // What this worker itself began and was interrupted in, by an outage say, is no crash.
        if (_hasAttempted || _careful == 0 || cursor.AttemptPosition is not { } attempted || attempted <= cursor.Position)
            return;
        foreach (var crashed in await log.FindAsync([attempted], cancellationToken))
            await ParkAsync([crashed], [new(crashed.Logged.EventId, new ProcessEndedException())], cancellationToken);
    }

    /// <summary>Looks again which lanes are blocked.</summary>
    public async Task ReloadAsync(int partitions, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            await parking.LoadAsync(partitions, cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Hands over new events, the next ones of the log. Those that fail are parked, and with them those behind.</summary>
    /// <param name="batch">The events.</param>
    /// <param name="stopping">Fires when nothing new is to be begun.</param>
    /// <param name="ending">Fires when what has begun is to be given up.</param>
    public async Task DeliverAsync(IReadOnlyList<LogEntry> batch, CancellationToken stopping, CancellationToken ending)
    {
        if (batch.Count > 1)
        {
            try
            {
                await InTurnAsync(() => DeliverInTurnAsync(batch, ending), stopping, ending);
                return;
            }
            catch (Exception exception) when (IsFailure(exception, ending))
            {
                // One by one it will be seen which of them it was.
                Split(Key, batch.Count, exception);
            }
        }

        foreach (var entry in batch)
            await InTurnAsync(() => DeliverInTurnAsync([entry], ending), stopping, ending);
    }

    /// <summary>Tries parked events again.</summary>
    /// <param name="due">The events, as <see cref="ParkingLot.FindDueAsync"/> gives them.</param>
    /// <param name="stopping">Fires when nothing new is to be begun.</param>
    /// <param name="ending">Fires when what has begun is to be given up.</param>
    public async Task RetryAsync(IReadOnlyList<DueEvent> due, CancellationToken stopping, CancellationToken ending)
    {
        using var alone = await suspects.TakeTurnAsync(due[0].Parked, stopping);
        if (due.Count > 1)
        {
            try
            {
                await InTurnAsync(() => RetryInTurnAsync(due, ending), stopping, ending);
                return;
            }
            catch (Exception exception) when (IsFailure(exception, ending))
            {
                Split(Key, due.Count, exception);
            }
        }

        var stopped = new HashSet<Guid>();
        foreach (var tried in due)
        {
            if (stopped.Contains(tried.Parked.StreamId))
                continue;
            await InTurnAsync(
                async () =>
                {
                    if (!await RetryInTurnAsync([tried], ending))
                        stopped.Add(tried.Parked.StreamId);
                },
                stopping,
                ending);
        }
    }

    /// <summary>Has the database know how far the cursor has come.</summary>
    public async Task AcknowledgeAsync(CancellationToken cancellationToken)
    {
        _unacknowledged = 0;
        if (lease.Handled > lease.Acknowledged)
            await cursors.AcknowledgeAsync([lease], cancellationToken);
    }

    private async Task DeliverInTurnAsync(IReadOnlyList<LogEntry> batch, CancellationToken ending)
    {
        LogEntry[] due = [.. batch.Where(entry => !parking.IsBlocked(entry))];
        if (due.Length == 0)
        {
            await ParkAsync(batch, failed: [], ending);
            return;
        }

        var last = batch[^1].Position;
        var isCareful = _careful > 0;
        if (isCareful)
        {
            _careful--;
            _hasAttempted = true;
            await cursors.BeginAttemptAsync(lease, last, ending);
        }

        IReadOnlyList<ParkedNow> parked = [];
        bool committed;
        try
        {
            committed = await runner.RunAsync(
                subscription,
                due,
                entry => new(subscription.Name, Attempt: 1, IsReplay(entry)),
                async (settlement, token) => parked = await ParkAsync(settlement, batch, token),
                mustSettle: isCareful || Key.Replay > 0 || due.Length < batch.Count,
                ending);
        }
        catch (Exception exception) when (batch.Count == 1 && IsFailure(exception, ending))
        {
            await ParkAsync(batch, [new(batch[0].Logged.EventId, exception)], ending);
            return;
        }

        await obstacles.OvercomeAsync(ending);
        await HandledAsync(last, parked, committed, batch.Count, ending);
    }

    /// <summary>Parks new events that are not handed over, or failed.</summary>
    private async Task ParkAsync(IReadOnlyList<LogEntry> batch, IReadOnlyList<FailedEvent> failed, CancellationToken cancellationToken)
    {
        IReadOnlyList<ParkedNow> parked = [];
        await runner.SettleAsync(
            subscription, batch[0], failed, async (settlement, token) => parked = await ParkAsync(settlement, batch, token), cancellationToken);
        await HandledAsync(batch[^1].Position, parked, committed: true, batch.Count, cancellationToken);
    }

    private async Task<IReadOnlyList<ParkedNow>> ParkAsync(Settlement settlement, IReadOnlyList<LogEntry> batch, CancellationToken cancellationToken)
    {
        var parked = await parking.ParkAsync(settlement, batch, cancellationToken);
        await cursors.SettleAsync(settlement.Db, lease, batch[^1].Position, batch.Count - parked.Count, cancellationToken);
        return parked;
    }

    private async Task HandledAsync(long last, IReadOnlyList<ParkedNow> parked, bool committed, int count, CancellationToken cancellationToken)
    {
        parking.HaveParked(parked);
        foreach (var failed in parked)
            obstacles.Heed(failed.Exception);
        lease.HandledTo(last);
        if (committed)
        {
            lease.AcknowledgedTo(last);
            _unacknowledged = 0;
        }
        else if ((_unacknowledged += count) >= Window)
        {
            await AcknowledgeAsync(cancellationToken);
        }
    }

    /// <returns>Whether all of them are delivered.</returns>
    private async Task<bool> RetryInTurnAsync(IReadOnlyList<DueEvent> due, CancellationToken ending)
    {
        if (parking.WasInterrupted(due[0].Parked))
            return await SettleAsync(due, new ProcessEndedException(), ending);
        if (!await parking.BeginAsync(due, ending))
            return false;
        Settled settled = new([], []);
        try
        {
            await runner.RunAsync(
                subscription,
                [.. due.Select(tried => tried.Entry)],
                entry => new(subscription.Name, due.First(tried => tried.Entry == entry).Parked.Attempts + 1, IsReplay(entry)),
                async (settlement, token) => settled = await parking.SettleAsync(settlement, due, token),
                mustSettle: true,
                ending);
        }
        catch (Exception exception) when (exception is UnavailableException || (due.Count > 1 && IsFailure(exception, ending)))
        {
            await parking.LeaveAsync(due, ending);
            throw;
        }
        catch (Exception exception) when (IsFailure(exception, ending))
        {
            return await SettleAsync(due, exception, ending);
        }

        await obstacles.OvercomeAsync(ending);
        return HaveSettled(due, settled);
    }

    /// <summary>Notes that a parked event failed once more.</summary>
    private async Task<bool> SettleAsync(IReadOnlyList<DueEvent> due, Exception exception, CancellationToken cancellationToken)
    {
        Settled settled = new([], []);
        await runner.SettleAsync(
            subscription,
            due[0].Entry,
            [new(due[0].Parked.EventId, exception)],
            async (settlement, token) => settled = await parking.SettleAsync(settlement, due, token),
            cancellationToken);
        return HaveSettled(due, settled);
    }

    private bool HaveSettled(IReadOnlyList<DueEvent> due, Settled settled)
    {
        parking.HaveSettled(due, settled);
        foreach (var failed in settled.Failed)
            obstacles.Heed(failed.Exception);
        return settled.Failed.Count == 0;
    }

    private async Task InTurnAsync(Func<Task> attempt, CancellationToken stopping, CancellationToken ending)
    {
        stopping.ThrowIfCancellationRequested();
        await obstacles.RestAsync(stopping);
        await _turn.WaitAsync(ending);
        try
        {
            if (!lease.IsValid && safeguards.Fencing)
                throw new LeaseLostException(Key);
            await attempt();
        }
        finally
        {
            _turn.Release();
        }
    }

    private bool IsReplay(LogEntry entry) => Key.Replay > 0 || entry.Position <= _replayUntil;

    /// <summary>Whether it is the handler that failed. A cancellation is no failure only if it was this process that is ending.</summary>
    private static bool IsFailure(Exception exception, CancellationToken ending) =>
        exception is not (LeaseLostException or CommitInDoubtException or UnavailableException) && !ending.IsCancellationRequested;

    [LoggerMessage(1, LogLevel.Debug, "A batch of {Count} events for {Cursor} failed and is handled one by one")]
    private partial void Split(CursorKey cursor, int count, Exception exception);
}
