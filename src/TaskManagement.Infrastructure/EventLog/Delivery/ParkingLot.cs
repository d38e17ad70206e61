using System.Reflection;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Application.Common.Telemetry;
using TaskManagement.Domain.Common;
using TaskManagement.Domain.Operations.Events;
using TaskManagement.Infrastructure.Persistence;

namespace TaskManagement.Infrastructure.EventLog.Delivery;

/// <summary>
/// The parked events of one cursor. It knows which lanes are blocked by one: only who holds the lease parks events, so what it knows of
/// lanes that are blocked is complete.
/// </summary>
internal sealed partial class ParkingLot(
    Subscription subscription, Lease lease, CursorStore cursors, DeliveryRunner runner, DatabaseClock clock, IServiceScopeFactory scopes, ILogger logger)
    : IDisposable
{
    private static readonly string DeadLetterType = typeof(SubscriptionEventDeadLettered).GetCustomAttribute<EventTypeAttribute>()!.Name;

    // Between "is this lane still blocked?" and what follows from the answer, the answer must not change.
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly HashSet<Guid> _blocked = [];
    // Attempts begun here. One that is still noted as begun was interrupted, by an outage say: the process has not ended.
    private readonly HashSet<long> _begun = [];
    private readonly SubscriptionPolicy _policy = subscription.Policy;
    private int _partitions = 1;

    /// <summary>Set when an event was parked.</summary>
    public Signal Filled { get; } = new();

    /// <summary>Whether there is anything in it, dead letters included.</summary>
    public bool HasAny { get; private set; }

    private CursorKey Key => lease.Key;

    private bool DeadBlock => _policy.AfterDeadLetter == AfterDeadLetter.Wait;

    public void Dispose() => _gate.Dispose();

    /// <summary>Finds out which lanes are blocked.</summary>
    public async Task LoadAsync(int partitions, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            _partitions = partitions;
            await using var scope = scopes.CreateAsyncScope();
            var rows = Mine(scope.ServiceProvider.GetRequiredService<TaskManagementDbContext>());
            var blocking = await Blocking(rows).Select(parked => parked.StreamId).Distinct().ToListAsync(cancellationToken);
            _blocked.Clear();
            _blocked.UnionWith(blocking);
            HasAny = blocking.Count > 0 || await rows.AnyAsync(cancellationToken);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Whether an event's lane seems to be blocked; <see cref="ParkBehindAsync"/> knows for sure.</summary>
    public bool SeemsBlocked(LogEntry entry)
    {
        if (!HasAny)
            return false;
        _gate.Wait();
        try
        {
            return _blocked.Contains(entry.Logged.StreamId);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Parks an event behind others of its lane, if there are any; else it is to be delivered.</summary>
    public async Task<bool> ParkBehindAsync(LogEntry entry, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (!_blocked.Contains(entry.Logged.StreamId))
                return false;
            await ParkAsync(entry, Parked(entry, ParkedStatus.Behind), dead: null, cancellationToken);
            return true;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Parks an event that failed for the first time.</summary>
    public async Task ParkFailedAsync(LogEntry entry, Exception exception, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            var parked = Parked(entry, ParkedStatus.Retrying);
            var dead = Fail(parked, exception);
            await ParkAsync(entry, parked, dead, cancellationToken);
            Report(parked, exception);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Parks the event in whose handling the process ended: it is tried again later, apart from all others.</summary>
    public async Task ParkCrashedAsync(LogEntry entry, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            var parked = Parked(entry, ParkedStatus.Retrying);
            parked.Crashes = 1;
            var dead = Fail(parked, CrashedReason(1), isFinal: _policy.MaxCrashes == 1);
            await ParkAsync(entry, parked, dead, cancellationToken);
            Report(parked, exception: null);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>The parked event that is next, the first of its lane; null if none is to be tried again.</summary>
    public async Task<ParkedEvent?> FindNextAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<TaskManagementDbContext>();
        var rows = Mine(db);
        var earlier = Blocking(Mine(db));
        return await rows
            .Where(parked => parked.Status != ParkedStatus.Dead
                && !earlier.Any(other => other.StreamId == parked.StreamId && other.Position < parked.Position))
            .OrderBy(parked => parked.NextAttemptAt ?? parked.ParkedAt).ThenBy(parked => parked.Position)
            .FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>
    /// Notes, before it begins, that an event is tried: should the process end in the middle, this is how it will be known.
    /// If it ended in the middle before, that counts as a failure now. False if there is nothing to try after all.
    /// </summary>
    public async Task<bool> BeginAsync(ParkedEvent parked, LogEntry entry, CancellationToken cancellationToken)
    {
        if (parked.AttemptStartedAt is not null && !_begun.Contains(parked.Id))
        {
            await UpdateAsync(parked, entry, row =>
            {
                row.Crashes++;
                return Fail(row, CrashedReason(row.Crashes), isFinal: row.Crashes >= _policy.MaxCrashes);
            }, exception: null, cancellationToken);
            return false;
        }

        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<TaskManagementDbContext>();
        var now = clock.Now;
        _begun.Add(parked.Id);
        return await cursors.InTurnAsync(() => Mine(db)
            .Where(row => row.Id == parked.Id && row.Status == parked.Status && row.Attempts == parked.Attempts && row.AttemptStartedAt == parked.AttemptStartedAt
                && db.EventCursors.Any(cursor => cursor.Subscription == row.Subscription && cursor.Replay == row.Replay
                    && cursor.Partition == Key.Partition && cursor.Token == lease.Token))
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.AttemptStartedAt, now), cancellationToken), cancellationToken) == 1;
    }

    /// <summary>Parks those events of a batch that its handler says have failed, and those behind them, within the transaction of what it wrote.</summary>
    /// <returns>What is parked if that is committed; then <see cref="HaveParkedAsync"/> is to be called.</returns>
    public async Task<IReadOnlyList<ParkedNow>> ParkAsync(Settlement settlement, IReadOnlyList<LogEntry> batch, CancellationToken cancellationToken)
    {
        var parked = new List<ParkedNow>();
        foreach (var entry in settlement.Failed.Count == 0 ? [] : batch)
        {
            var isBehind = parked.Exists(earlier => earlier.Row.StreamId == entry.Logged.StreamId);
            var failure = isBehind ? null : settlement.FailureOf(entry);
            if (!isBehind && failure is null)
                continue;
            var row = Parked(entry, isBehind ? ParkedStatus.Behind : ParkedStatus.Retrying);
            var dead = failure is null ? null : Fail(row, failure);
            settlement.Db.ParkedEvents.Add(row);
            parked.Add(new(row, failure));
            if (dead is null)
                continue;
            runner.ServeRecord(settlement.Services, subscription, entry);
            await RecordAsync(settlement.Services, dead, cancellationToken);
            await settlement.Db.SaveChangesAsync(cancellationToken);
        }

        await settlement.Db.SaveChangesAsync(cancellationToken);
        return parked;
    }

    /// <summary>Notes that what was parked with a batch is committed.</summary>
    public async Task HaveParkedAsync(IReadOnlyList<ParkedNow> parked, CancellationToken cancellationToken)
    {
        if (parked.Count == 0)
            return;
        await _gate.WaitAsync(cancellationToken);
        try
        {
            foreach (var (row, exception) in parked)
            {
                Note(row);
                if (exception is not null)
                    Report(row, exception);
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Takes a delivered event out, within the transaction of what its handler wrote; or notes there that it failed once more.</summary>
    /// <returns>How it failed, or null. When it is committed, <see cref="HaveSettledAsync"/> is to be called.</returns>
    public async Task<ParkedNow?> SettleAsync(Settlement settlement, ParkedEvent parked, LogEntry entry, CancellationToken cancellationToken)
    {
        ParkedNow? failed = null;
        if (settlement.FailureOf(entry) is { } failure)
        {
            runner.ServeRecord(settlement.Services, subscription, entry);
            failed = await UpdateAsync(settlement.Services, settlement.Db, parked, row => Fail(row, failure), cancellationToken) is { } row ? new(row, failure) : null;
            await settlement.Db.SaveChangesAsync(cancellationToken);
        }
        else if (await settlement.Db.ParkedEvents.Where(row => row.Id == parked.Id).ExecuteDeleteAsync(cancellationToken) != 1)
        {
            throw new LeaseLostException(Key);
        }

        await cursors.SettleAsync(settlement.Db, lease, position: null, delivered: failed is null ? 1 : 0, cancellationToken);
        return failed;
    }

    /// <summary>Notes that the outcome of another attempt is committed.</summary>
    public async Task HaveSettledAsync(ParkedEvent parked, ParkedNow? failed, CancellationToken cancellationToken)
    {
        if (failed is not null)
            Report(failed.Row, failed.Exception);
        if (failed is null or { Row.Status: ParkedStatus.Dead })
            await UnblockAsync(parked, cancellationToken);
    }

    /// <summary>Notes that an attempt came to nothing, and that it was not for a crash.</summary>
    public async Task LeaveAsync(ParkedEvent parked, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<TaskManagementDbContext>();
        await cursors.InTurnAsync(() => Mine(db).Where(row => row.Id == parked.Id).ExecuteUpdateAsync(
            set => set.SetProperty(row => row.AttemptStartedAt, (DateTimeOffset?)null), cancellationToken), cancellationToken);
    }

    /// <summary>Unblocks the lane of an event that was taken out, if none is left in it.</summary>
    private async Task UnblockAsync(ParkedEvent parked, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var rows = Mine(scope.ServiceProvider.GetRequiredService<TaskManagementDbContext>());
            if (!await Blocking(rows).AnyAsync(other => other.StreamId == parked.StreamId, cancellationToken))
                _blocked.Remove(parked.StreamId);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Notes that another attempt failed.</summary>
    public Task FailAsync(ParkedEvent parked, LogEntry entry, Exception exception, CancellationToken cancellationToken) => UpdateAsync(
        parked, entry, row => Fail(row, exception), exception, cancellationToken);

    private static string CrashedReason(int crashes) =>
        $"The process ended while this was being handled{(crashes > 1 ? $", {crashes} times" : "")}.";

    private static string Describe(Exception exception)
    {
        var text = exception is UnreadableEventException ? exception.Message : exception.ToString();
        return text.Length <= ParkedEventConfiguration.MaxErrorLength ? text : text[..ParkedEventConfiguration.MaxErrorLength];
    }

    private IQueryable<ParkedEvent> Mine(TaskManagementDbContext db)
    {
        var rows = db.ParkedEvents.AsNoTracking().Where(parked => parked.Subscription == Key.Subscription && parked.Replay == Key.Replay);
        return _partitions == 1 ? rows : rows.Where(parked => parked.Lane % _partitions == Key.Partition);
    }

    private IQueryable<ParkedEvent> Blocking(IQueryable<ParkedEvent> rows) =>
        DeadBlock ? rows : rows.Where(parked => parked.Status != ParkedStatus.Dead);

    private ParkedEvent Parked(LogEntry entry, ParkedStatus status) => new()
    {
        Subscription = Key.Subscription,
        Replay = Key.Replay,
        Position = entry.Position,
        EventId = entry.Logged.EventId,
        EventType = entry.Logged.Type,
        StreamType = entry.Logged.StreamType,
        StreamId = entry.Logged.StreamId,
        Lane = entry.Lane,
        Status = status,
        ParkedAt = clock.Now,
    };

    private SubscriptionEventDeadLettered? Fail(ParkedEvent parked, Exception exception) =>
        Fail(parked, Describe(exception), _policy.IsPermanent(exception), (exception as RetryAfterException)?.Wait ?? TimeSpan.Zero);

    /// <summary>Counts a failed attempt and says when the next is; or, if there is none, what to record about the dead letter.</summary>
    private SubscriptionEventDeadLettered? Fail(ParkedEvent parked, string reason, bool isFinal, TimeSpan atLeast = default)
    {
        parked.Attempts++;
        parked.AttemptStartedAt = null;
        parked.Error = reason;
        if (!isFinal && parked.Attempts - parked.Crashes < _policy.MaxAttempts)
        {
            (parked.Status, parked.NextAttemptAt) = (ParkedStatus.Retrying, clock.Now + Longer(atLeast, _policy.Backoff(parked.Attempts)));
            return null;
        }

        (parked.Status, parked.NextAttemptAt, parked.DeadAt) = (ParkedStatus.Dead, null, clock.Now);
        // That a handler of dead letters made a dead letter is told no further: it would be handled by the same handler.
        if (string.Equals(parked.EventType, DeadLetterType, StringComparison.Ordinal))
            return null;
        return new(Key.Subscription, parked.EventId, parked.EventType, parked.StreamType, parked.StreamId, parked.Attempts, FirstLine(reason));
    }

    private static string FirstLine(string text)
    {
        var line = text.ReplaceLineEndings("\n").Split('\n')[0];
        return line.Length <= 500 ? line : line[..500];
    }

    private async Task ParkAsync(LogEntry entry, ParkedEvent parked, SubscriptionEventDeadLettered? dead, CancellationToken cancellationToken)
    {
        await runner.WriteAsync(
            subscription,
            entry,
            async (services, db) =>
            {
                db.ParkedEvents.Add(parked);
                await RecordAsync(services, dead, cancellationToken);
            },
            (db, token) => cursors.SettleAsync(db, lease, entry.Position, delivered: 0, token),
            cancellationToken);
        lease.HandledTo(entry.Position);
        lease.AcknowledgedTo(entry.Position);
        Note(parked);
    }

    private static TimeSpan Longer(TimeSpan a, TimeSpan b) => a > b ? a : b;

    private void Note(ParkedEvent parked)
    {
        if (parked.Status != ParkedStatus.Dead || DeadBlock)
            _blocked.Add(parked.StreamId);
        HasAny = true;
        Filled.Set();
    }

    private async Task UpdateAsync(
        ParkedEvent parked, LogEntry entry, Func<ParkedEvent, SubscriptionEventDeadLettered?> fail, Exception? exception, CancellationToken cancellationToken)
    {
        ParkedEvent? updated = null;
        await runner.WriteAsync(
            subscription,
            entry,
            async (services, db) => updated = await UpdateAsync(services, db, parked, fail, cancellationToken),
            (db, token) => cursors.SettleAsync(db, lease, position: null, delivered: 0, token),
            cancellationToken);
        if (updated is not null)
            Report(updated, exception);
        if (updated is null or { Status: ParkedStatus.Dead })
            await UnblockAsync(parked, cancellationToken);
    }

    private static async Task<ParkedEvent?> UpdateAsync(
        IServiceProvider services, TaskManagementDbContext db, ParkedEvent parked, Func<ParkedEvent, SubscriptionEventDeadLettered?> fail, CancellationToken cancellationToken)
    {
        var row = await db.ParkedEvents.SingleOrDefaultAsync(row => row.Id == parked.Id, cancellationToken);
        // An operator may have discarded it meanwhile.
        if (row is not null)
            await RecordAsync(services, fail(row), cancellationToken);
        return row;
    }

    private static Task RecordAsync(IServiceProvider services, SubscriptionEventDeadLettered? dead, CancellationToken cancellationToken) =>
        dead is null
            ? Task.CompletedTask
            : services.GetRequiredService<IFacts>().RecordOfSubscriptionAsync(dead.Subscription, dead, cancellationToken);

    private void Report(ParkedEvent parked, Exception? exception)
    {
        var tag = new KeyValuePair<string, object?>("subscription", Key.Subscription);
        if (parked.Status == ParkedStatus.Dead)
        {
            Instrumentation.DeadLetters.Add(1, tag);
            Died(Key, parked.EventType, parked.EventId, parked.Attempts, FirstLine(parked.Error!));
        }
        else
        {
            Instrumentation.EventsParked.Add(1, tag);
            Failed(Key, parked.EventType, parked.EventId, parked.Attempts, parked.NextAttemptAt!.Value, exception);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "{Cursor}: {EventType} {EventId} failed in attempt {Attempt}; the next is at {NextAttemptAt:O}")]
    private partial void Failed(CursorKey cursor, string eventType, Guid eventId, int attempt, DateTimeOffset nextAttemptAt, Exception? exception);

    [LoggerMessage(2, LogLevel.Error, "{Cursor}: {EventType} {EventId} is a dead letter after {Attempts} attempts: {Reason}")]
    private partial void Died(CursorKey cursor, string eventType, Guid eventId, int attempts, string reason);
}

/// <summary>An event that was just parked, or failed once more.</summary>
/// <param name="Row">How it is parked.</param>
/// <param name="Exception">How it failed; null if it waits behind another.</param>
internal sealed record ParkedNow(ParkedEvent Row, Exception? Exception);
