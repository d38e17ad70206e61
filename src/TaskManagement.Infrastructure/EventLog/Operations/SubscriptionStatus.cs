using Microsoft.EntityFrameworkCore;
using TaskManagement.Application.Operations;
using TaskManagement.Infrastructure.EventLog.Delivery;
using TaskManagement.Infrastructure.Persistence;
using TaskManagement.Infrastructure.Persistence.Providers;

namespace TaskManagement.Infrastructure.EventLog.Operations;

/// <summary>Reads how subscriptions stand, at a cost that does not depend on the length of the log.</summary>
internal sealed class SubscriptionStatus(TaskManagementDbContext db, SubscriptionCatalog catalog, EventTypes types, DatabaseProvider provider)
{
    // So far beyond a cursor events are counted one by one; farther away it is only said how many there are at most.
    private const int Window = 1000;

    public async Task<IReadOnlyList<SubscriptionDto>> ReadAsync(string? name, CancellationToken cancellationToken)
    {
        var now = await db.NowAsync(provider, cancellationToken);
        var head = await db.EventLog.MaxAsync(record => record.Position, cancellationToken) ?? 0;
        var cursors = (await db.EventCursors.AsNoTracking()
            .Where(cursor => cursor.Replay == 0 && (name == null || cursor.Subscription == name))
            .OrderBy(cursor => cursor.Partition)
            .ToListAsync(cancellationToken)).ToLookup(cursor => cursor.Subscription, StringComparer.Ordinal);
        var parked = await db.ParkedEvents
            .Where(row => row.Replay == 0 && (name == null || row.Subscription == name))
            .GroupBy(row => row.Subscription)
            .Select(Summaries.Tally<string>())
            .ToDictionaryAsync(tally => tally.Key, tally => tally.Counts, StringComparer.Ordinal, cancellationToken);
        var subscriptions = new List<SubscriptionDto>();
        foreach (var known in Names(cursors, name))
        {
            subscriptions.Add(await DescribeAsync(
                known, [.. cursors[known]], parked.GetValueOrDefault(known) ?? new(0, 0, 0, 0), head, now, cancellationToken));
        }

        return subscriptions;
    }

    private IEnumerable<string> Names(ILookup<string, EventCursor> cursors, string? name) => catalog.All
        .Select(known => known.Name)
        .Where(known => name is null || string.Equals(known, name, StringComparison.Ordinal))
        .Union(cursors.Select(group => group.Key), StringComparer.Ordinal)
        .Order(StringComparer.Ordinal);

    private async Task<SubscriptionDto> DescribeAsync(
        string name, IReadOnlyList<EventCursor> cursors, ParkedCountsDto parked, long head, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var subscription = await catalog.FindAsync(name, cancellationToken);
        long? position = cursors.Count == 0 ? null : cursors.Min(cursor => cursor.Position);
        var waiting = await WaitingAsync(subscription, position ?? head, head, cancellationToken);
        var first = parked.Retrying + parked.Behind == 0 ? null : await FirstParkedAsync(name, cancellationToken);
        EventRecord? oldest = first is not null && (waiting.Oldest is null || first.Position < waiting.Oldest.Position) ? first : waiting.Oldest;
        var since = oldest?.OccurredAt ?? waiting.Since;
        return new()
        {
            Name = name,
            Handler = subscription?.Handler.Name,
            Concern = subscription is null ? null : Concerns.Of(subscription.Handler),
            Takes = [.. (subscription?.EventTypes ?? []).Order(StringComparer.Ordinal)],
            Policy = subscription is null ? null : PolicyOf(subscription),
            State = StateOf(subscription, cursors, now),
            PausedAt = cursors.Min(cursor => cursor.PausedAt),
            Obstacle = ObstacleOf(cursors),
            Position = position is { } reached ? Positions.Format(reached) : null,
            RepeatsUntil = cursors.Any(cursor => cursor.ReplayUntil > cursor.Position) ? Positions.Format(cursors.Max(cursor => cursor.ReplayUntil)) : null,
            Lag = new(waiting.Events, waiting.AtMost || (waiting.Events > 0 && cursors.Any(cursor => cursor.Position != position)), Age(since, now)),
            OldestUndelivered = oldest is null ? null : Summaries.Of(oldest),
            Parked = parked,
            Partitions = [.. cursors.Select(cursor => PartitionOf(cursor, now))],
        };
    }

    /// <summary>What a subscription has still to be given beyond its cursor.</summary>
    private async Task<Waiting> WaitingAsync(Subscription? subscription, long position, long head, CancellationToken cancellationToken)
    {
        if (subscription is null || position >= head)
            return new(0, AtMost: false, Oldest: null, Since: null);
        var near = db.EventLog.AsNoTracking().Where(record => record.Position > position && record.Position <= position + Window);
        var takesAll = types.All.Values.All(type => subscription.EventTypes.Contains(type.Name));
        var taken = subscription.EventTypes;
        var mine = takesAll ? near : near.Where(record => taken.Contains(record.Type));
        var oldest = await mine.OrderBy(record => record.Position).FirstOrDefaultAsync(cancellationToken);
        if (takesAll)
            return new(head - position, AtMost: false, oldest, Since: null);
        if (head - position <= Window)
            return new(oldest is null ? 0 : await mine.LongCountAsync(cancellationToken), AtMost: false, oldest, Since: null);
        // The first event that is not looked at is no younger than the first that may be for it.
        var since = oldest is not null ? null : await db.EventLog.AsNoTracking().Where(record => record.Position > position + Window)
            .OrderBy(record => record.Position).Select(record => (DateTimeOffset?)record.OccurredAt).FirstOrDefaultAsync(cancellationToken);
        return new(head - position, AtMost: true, oldest, since);
    }

    private Task<EventRecord?> FirstParkedAsync(string name, CancellationToken cancellationToken) => db.ParkedEvents
        .Where(row => row.Subscription == name && row.Replay == 0 && row.Status != ParkedStatus.Dead)
        .OrderBy(row => row.Position)
        .Join(db.EventLog.AsNoTracking(), row => row.EventId, record => record.EventId, (_, record) => record)
        .FirstOrDefaultAsync(cancellationToken);

    private static SubscriptionState StateOf(Subscription? subscription, IReadOnlyList<EventCursor> cursors, DateTimeOffset now)
    {
        if (subscription is null)
            return SubscriptionState.Orphaned;
        if (cursors.Any(cursor => cursor.PausedAt is not null))
            return SubscriptionState.Paused;
        return cursors.Count > 0 && cursors.All(cursor => HolderOf(cursor, now) is not null) ? SubscriptionState.Running : SubscriptionState.Unheld;
    }

    /// <summary>Who works on a cursor; no one if the lease has run out.</summary>
    public static string? HolderOf(EventCursor cursor, DateTimeOffset now) => cursor.LeaseUntil > now ? cursor.Holder : null;

    /// <summary>What keeps a partition from going on, if anything does.</summary>
    public static ObstacleDto? ObstacleOf(IEnumerable<EventCursor> cursors) =>
        cursors.FirstOrDefault(cursor => cursor.Obstacle is not null) is { } stuck ? new(stuck.Obstacle!, stuck.ObstacleSince!.Value) : null;

    private static PartitionDto PartitionOf(EventCursor cursor, DateTimeOffset now) => new(
        cursor.Partition,
        Positions.Format(cursor.Position),
        HolderOf(cursor, now),
        HolderOf(cursor, now) is null ? null : cursor.LeaseUntil);

    private static double Age(DateTimeOffset? since, DateTimeOffset now) => since is { } time ? Math.Max(0, Math.Round((now - time).TotalSeconds, 3)) : 0;

    private static SubscriptionPolicyDto PolicyOf(Subscription subscription) => new()
    {
        MaxAttempts = subscription.Policy.MaxAttempts,
        MaxCrashes = subscription.Policy.MaxCrashes,
        BackoffBaseSeconds = subscription.Policy.BackoffBaseSeconds,
        BackoffFactor = subscription.Policy.BackoffFactor,
        BackoffCapSeconds = subscription.Policy.BackoffCapSeconds,
        TimeLimitSeconds = subscription.Policy.TimeLimitSeconds,
        Partitions = subscription.Policy.Partitions,
        BatchSize = subscription.Policy.BatchSize,
        StartFrom = subscription.Policy.StartFrom,
        Replayable = subscription.Policy.Replayable || subscription.IsRebuildable,
        Rebuildable = subscription.IsRebuildable,
        AfterDeadLetter = subscription.Policy.AfterDeadLetter,
    };

    private readonly record struct Waiting(long Events, bool AtMost, EventRecord? Oldest, DateTimeOffset? Since);
}
