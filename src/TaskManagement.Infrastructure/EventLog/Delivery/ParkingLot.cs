using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Domain.Operations.Events;
using TaskManagement.Infrastructure.Persistence;

namespace TaskManagement.Infrastructure.EventLog.Delivery;

/// <summary>
/// The parked events of one cursor. It knows which lanes are blocked by one: only who holds the lease parks events, so what it knows of
/// lanes that are blocked is complete. What changes that is called by one at a time.
/// </summary>
internal sealed class ParkingLot(
    Subscription subscription,
    Lease lease,
    CursorStore cursors,
    Failures failures,
    LogReader log,
    DeliveryRunner runner,
    DatabaseClock clock,
    IServiceScopeFactory scopes)
{
    private readonly HashSet<Guid> _blocked = [];
    // Attempts begun here. One that is still noted as begun was interrupted, by an outage say: the process has not ended.
    private readonly HashSet<long> _begun = [];
    private int _partitions = 1;

    /// <summary>Set when an event was parked.</summary>
    public Signal Filled { get; } = new();

    /// <summary>Whether there is anything in it, dead letters included.</summary>
    public bool HasAny { get; private set; }

    private CursorKey Key => lease.Key;

    private bool DeadBlock => subscription.Policy.AfterDeadLetter == AfterDeadLetter.Wait;

    /// <summary>Finds out which lanes are blocked, and has the next of those tried that no longer are.</summary>
    public async Task LoadAsync(int partitions, CancellationToken cancellationToken)
    {
        _partitions = partitions;
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<TaskManagementDbContext>();
        var blocking = await Blocking(Mine(db)).Select(parked => parked.StreamId).Distinct().ToListAsync(cancellationToken);
        _blocked.Clear();
        _blocked.UnionWith(blocking);
        HasAny = blocking.Count > 0 || await Mine(db).AnyAsync(cancellationToken);
        // An operator may have discarded what they waited for.
        if (blocking.Count > 0)
            await cursors.InTurnAsync(() => MoveUpAsync(db, lanes: null, cancellationToken), cancellationToken);
    }

    /// <summary>Whether an event has to wait for others of its lane.</summary>
    public bool IsBlocked(LogEntry entry) => _blocked.Contains(entry.Logged.StreamId);

    /// <summary>
    /// Parks those of some new events that failed, and those behind them or behind others that are parked already, within the transaction of what
    /// the handler wrote.
    /// </summary>
    /// <returns>What is parked if that is committed; then <see cref="HaveParked"/> is to be called.</returns>
    public async Task<IReadOnlyList<ParkedNow>> ParkAsync(Settlement settlement, IReadOnlyList<LogEntry> batch, CancellationToken cancellationToken)
    {
        var parked = new List<ParkedNow>();
        // What was parked last in each lane.
        var before = new Dictionary<Guid, ParkedEvent>();
        foreach (var entry in batch)
        {
            var lane = entry.Logged.StreamId;
            var failure = settlement.FailureOf(entry);
            if (before.TryGetValue(lane, out var earlier) || IsBlocked(entry))
            {
                // Behind a dead letter that blocks nothing it is next; the handler left it alone nevertheless.
                var row = Parked(entry, earlier is not null && !Blocks(earlier) ? clock.Now : null);
                parked.Add(new(row, null));
                before[lane] = row;
            }
            else if (failure is not null)
            {
                var row = Parked(entry, nextAttemptAt: null);
                await RecordAsync(settlement, entry, failures.Count(row, failure), cancellationToken);
                parked.Add(new(row, failure));
                before[lane] = row;
            }
        }

        settlement.Db.ParkedEvents.AddRange(parked.Select(now => now.Row));
        await settlement.Db.SaveChangesAsync(cancellationToken);
        return parked;
    }

    /// <summary>Notes that what was parked is committed.</summary>
    public void HaveParked(IReadOnlyList<ParkedNow> parked)
    {
        foreach (var (row, exception) in parked)
        {
            if (Blocks(row))
                _blocked.Add(row.StreamId);
            if (exception is not null)
                failures.Report(row, exception);
        }

        if (parked.Count == 0)
            return;
        HasAny = true;
        Filled.Set();
    }

    /// <summary>The parked events that are to be tried now: the first of their lanes, and those behind them. One during which a process ended comes alone.</summary>
    /// <param name="most">At most so many.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The events in the order of the log; or, if there are none, when the next is to be tried, if any.</returns>
    public async Task<(IReadOnlyList<DueEvent> Due, DateTimeOffset? Next)> FindDueAsync(int most, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<TaskManagementDbContext>();
        var now = clock.Now;
        var earlier = Blocking(Mine(db));
        var first = Mine(db)
            .Where(parked => parked.NextAttemptAt != null && !earlier.Any(other => other.StreamId == parked.StreamId && other.Position < parked.Position))
            .OrderBy(parked => parked.NextAttemptAt).ThenBy(parked => parked.Position);
        var due = await first.Where(parked => parked.NextAttemptAt <= now).Take(most).ToListAsync(cancellationToken);
        if (due.Count == 0)
            return ([], await first.Select(parked => parked.NextAttemptAt).FirstOrDefaultAsync(cancellationToken));
        if (due[0].IsSuspect)
            due = [due[0]];
        else
            due.RemoveAll(parked => parked.IsSuspect);
        if (due.Count < most && !due[0].IsSuspect)
            due.AddRange(await FindBehindAsync(db, due, most - due.Count, cancellationToken));
        due.Sort((a, b) => a.Position.CompareTo(b.Position));
        var entries = await log.FindAsync([.. due.Select(parked => parked.Position)], cancellationToken);
        return ([.. due.Zip(entries, (parked, entry) => new DueEvent(parked, entry))], null);
    }

    /// <summary>Whether an earlier process ended while it tried an event.</summary>
    public bool WasInterrupted(ParkedEvent parked) => parked.AttemptStartedAt is not null && !_begun.Contains(parked.Id);

    /// <summary>
    /// Notes, before it begins, that events are tried: should the process end in the middle, this is how it will be known. False if not all of them are
    /// there any more.
    /// </summary>
    public async Task<bool> BeginAsync(IReadOnlyList<DueEvent> due, CancellationToken cancellationToken)
    {
        _begun.UnionWith(due.Select(tried => tried.Parked.Id));
        return await NoteAsync(due, startedAt: clock.Now, cancellationToken) == due.Count;
    }

    /// <summary>Notes that an attempt came to nothing, and that it was not for a crash.</summary>
    public async Task LeaveAsync(IReadOnlyList<DueEvent> due, CancellationToken cancellationToken)
    {
        await NoteAsync(due, startedAt: null, cancellationToken);
        _begun.ExceptWith(due.Select(tried => tried.Parked.Id));
    }

    /// <summary>
    /// Takes out what is delivered, within the transaction of what the handler wrote, notes there what failed once more, and has those tried that are
    /// next in their lanes.
    /// </summary>
    /// <returns>What comes of it when it is committed; then <see cref="HaveSettled"/> is to be called.</returns>
    public async Task<Settled> SettleAsync(Settlement settlement, IReadOnlyList<DueEvent> due, CancellationToken cancellationToken)
    {
        var db = settlement.Db;
        var (delivered, others, stopped) = (new List<long>(), new List<DueEvent>(), new HashSet<Guid>());
        foreach (var tried in due)
        {
            if (stopped.Contains(tried.Parked.StreamId))
            {
                others.Add(tried);
            }
            else if (settlement.FailureOf(tried.Entry) is not null)
            {
                others.Add(tried);
                stopped.Add(tried.Parked.StreamId);
            }
            else
            {
                delivered.Add(tried.Parked.Id);
            }
        }

        var failed = await UpdateAsync(settlement, others, cancellationToken);
        // An operator who discards one meanwhile is first, and the handler's work on it is undone.
        if (delivered.Count > 0 && await db.ParkedEvents.Where(row => delivered.Contains(row.Id)).ExecuteDeleteAsync(cancellationToken) != delivered.Count)
            throw new LeaseLostException(Key);
        Guid[] lanes = [.. due.Select(tried => tried.Parked.StreamId).Distinct()];
        var blocked = await Blocking(Mine(db)).Where(row => lanes.Contains(row.StreamId)).Select(row => row.StreamId).Distinct().ToListAsync(cancellationToken);
        if (blocked.Count > 0)
            await MoveUpAsync(db, blocked, cancellationToken);
        await cursors.SettleAsync(db, lease, position: null, delivered.Count, cancellationToken);
        return new(failed, [.. lanes.Except(blocked)]);
    }

    /// <summary>Notes that the outcome of further attempts is committed.</summary>
    public void HaveSettled(IReadOnlyList<DueEvent> due, Settled settled)
    {
        _begun.ExceptWith(due.Select(tried => tried.Parked.Id));
        foreach (var (row, exception) in settled.Failed)
            failures.Report(row, exception!);
        _blocked.ExceptWith(settled.Freed);
    }

    private bool Blocks(ParkedEvent parked) => parked.Status != ParkedStatus.Dead || DeadBlock;

    private IQueryable<ParkedEvent> Mine(TaskManagementDbContext db)
    {
        var rows = db.ParkedEvents.AsNoTracking().Where(parked => parked.Subscription == Key.Subscription && parked.Replay == Key.Replay);
        return _partitions == 1 ? rows : rows.Where(parked => parked.Lane % _partitions == Key.Partition);
    }

    private IQueryable<ParkedEvent> Blocking(IQueryable<ParkedEvent> rows) =>
        DeadBlock ? rows : rows.Where(parked => parked.Status != ParkedStatus.Dead);

    /// <summary>The events behind the first ones, as long as nothing but their turn keeps them.</summary>
    private async Task<IEnumerable<ParkedEvent>> FindBehindAsync(
        TaskManagementDbContext db, IReadOnlyList<ParkedEvent> first, int most, CancellationToken cancellationToken)
    {
        Guid[] lanes = [.. first.Select(parked => parked.StreamId)];
        long[] ids = [.. first.Select(parked => parked.Id)];
        var behind = await Blocking(Mine(db))
            .Where(parked => lanes.Contains(parked.StreamId) && !ids.Contains(parked.Id))
            .OrderBy(parked => parked.Position)
            .Take(most)
            .ToListAsync(cancellationToken);
        return behind.GroupBy(parked => parked.StreamId)
            .SelectMany(lane => lane.TakeWhile(parked => parked is { Status: ParkedStatus.Behind, IsSuspect: false }));
    }

    /// <summary>Has those events tried that waited for others and are now the first of their lanes.</summary>
    private Task<int> MoveUpAsync(TaskManagementDbContext db, List<Guid>? lanes, CancellationToken cancellationToken)
    {
        var now = clock.Now;
        var earlier = Blocking(Mine(db));
        var waiting = Mine(db).Where(parked => parked.Status == ParkedStatus.Behind && parked.NextAttemptAt == null);
        if (lanes is not null)
            waiting = waiting.Where(parked => lanes.Contains(parked.StreamId));
        return waiting
            .Where(parked => !earlier.Any(other => other.StreamId == parked.StreamId && other.Position < parked.Position))
            .ExecuteUpdateAsync(set => set.SetProperty(parked => parked.NextAttemptAt, now), cancellationToken);
    }

    /// <summary>Notes when the attempt at events began, if the lease still holds.</summary>
    private async Task<int> NoteAsync(IReadOnlyList<DueEvent> due, DateTimeOffset? startedAt, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<TaskManagementDbContext>();
        long[] ids = [.. due.Select(tried => tried.Parked.Id)];
        var rows = Mine(db).Where(row => ids.Contains(row.Id) && db.EventCursors.Any(cursor =>
            cursor.Subscription == row.Subscription && cursor.Replay == row.Replay && cursor.Partition == Key.Partition && cursor.Token == lease.Token));
        return await cursors.InTurnAsync(
            () => rows.ExecuteUpdateAsync(set => set.SetProperty(row => row.AttemptStartedAt, startedAt), cancellationToken), cancellationToken);
    }

    /// <summary>Counts the failure of the first event of each lane; those behind it were not tried after all.</summary>
    private async Task<IReadOnlyList<ParkedNow>> UpdateAsync(Settlement settlement, List<DueEvent> tried, CancellationToken cancellationToken)
    {
        if (tried.Count == 0)
            return [];
        var (failed, lanes) = (new List<ParkedNow>(), new HashSet<Guid>());
        long[] ids = [.. tried.Select(one => one.Parked.Id)];
        var rows = await settlement.Db.ParkedEvents.Where(row => ids.Contains(row.Id)).ToDictionaryAsync(row => row.Id, cancellationToken);
        foreach (var (parked, entry) in tried)
        {
            var isFirst = lanes.Add(parked.StreamId);
            // An operator may have discarded it meanwhile.
            if (!rows.TryGetValue(parked.Id, out var row))
                continue;
            row.AttemptStartedAt = null;
            if (!isFirst)
                continue;
            var failure = settlement.FailureOf(entry)!;
            await RecordAsync(settlement, entry, failures.Count(row, failure), cancellationToken);
            failed.Add(new(row, failure));
        }

        await settlement.Db.SaveChangesAsync(cancellationToken);
        return failed;
    }

    private async Task RecordAsync(Settlement settlement, LogEntry entry, SubscriptionEventDeadLettered? dead, CancellationToken cancellationToken)
    {
        if (dead is null)
            return;
        runner.ServeRecord(settlement.Services, subscription, entry);
        await settlement.Services.GetRequiredService<IFacts>().RecordOfSubscriptionAsync(dead.Subscription, dead, cancellationToken);
        await settlement.Db.SaveChangesAsync(cancellationToken);
    }

    private ParkedEvent Parked(LogEntry entry, DateTimeOffset? nextAttemptAt) => new()
    {
        Subscription = Key.Subscription,
        Replay = Key.Replay,
        Position = entry.Position,
        EventId = entry.Logged.EventId,
        EventType = entry.Logged.Type,
        StreamType = entry.Logged.StreamType,
        StreamId = entry.Logged.StreamId,
        Lane = entry.Lane,
        Status = ParkedStatus.Behind,
        NextAttemptAt = nextAttemptAt,
        ParkedAt = clock.Now,
    };
}

/// <summary>A parked event that is to be tried.</summary>
internal sealed record DueEvent(ParkedEvent Parked, LogEntry Entry);

/// <summary>An event that was just parked, or failed once more.</summary>
/// <param name="Row">How it is parked.</param>
/// <param name="Exception">How it failed; null if it waits behind another.</param>
internal sealed record ParkedNow(ParkedEvent Row, Exception? Exception);

/// <summary>What came of further attempts.</summary>
/// <param name="Failed">Those that failed once more.</param>
/// <param name="Freed">The lanes in which none is left that others have to wait for.</param>
internal sealed record Settled(IReadOnlyList<ParkedNow> Failed, IReadOnlyList<Guid> Freed);
