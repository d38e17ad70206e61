using Microsoft.EntityFrameworkCore;
using TaskManagement.Application.Common;
using TaskManagement.Application.Operations;
using TaskManagement.Infrastructure.EventLog.Delivery;
using TaskManagement.Infrastructure.Persistence;
using TaskManagement.Infrastructure.Persistence.Providers;

namespace TaskManagement.Infrastructure.EventLog.Operations;

internal sealed class Replays(TaskManagementDbContext db, DatabaseProvider provider, ICallContext call) : IReplays
{
    public Task<IReadOnlyList<ReplayDto>> ListAsync(CancellationToken cancellationToken) => DescribeAsync(All, cancellationToken);

    public async Task<ReplayDto> GetAsync(long id, CancellationToken cancellationToken) =>
        await DescribeAsync(All.Where(cursor => cursor.Replay == id), cancellationToken) is [var only] ? only : throw new NotFoundException("replay", id);

    public async Task<long> StartAsync(string subscription, LogRange range, IReadOnlyList<string>? types, CancellationToken cancellationToken)
    {
        // One row holds the door, so that two who start at once get two numbers.
        var door = await db.EventCursors.Where(cursor => cursor.Replay == 0).MinAsync(cursor => cursor.Subscription, cancellationToken);
        await db.EventCursors
            .Where(cursor => cursor.Subscription == door && cursor.Replay == 0 && cursor.Partition == 0)
            .ExecuteUpdateAsync(set => set.SetProperty(cursor => cursor.CreatedBy, cursor => cursor.CreatedBy), cancellationToken);
        var id = await db.EventCursors.MaxAsync(cursor => cursor.Replay, cancellationToken) + 1;
        db.EventCursors.Add(new()
        {
            Subscription = subscription,
            Replay = id,
            StartedFrom = range.First - 1,
            Position = range.First - 1,
            StopAt = range.Last,
            Types = types is null ? null : string.Join(',', types.Distinct(StringComparer.Ordinal)),
            CreatedAt = await db.NowAsync(provider, cancellationToken),
            CreatedBy = call.Actor.Value,
        });
        return id;
    }

    public async Task<bool> CancelAsync(long id, CancellationToken cancellationToken)
    {
        var now = await db.NowAsync(provider, cancellationToken);
        var cancelled = await All
            .Where(cursor => cursor.Replay == id && cursor.PausedAt == null
                && (cursor.Position < cursor.StopAt || db.ParkedEvents.Any(parked => parked.Replay == id && parked.Status != ParkedStatus.Dead)))
            .ExecuteUpdateAsync(
                set => set
                    .SetProperty(cursor => cursor.PausedAt, now)
                    .SetProperty(cursor => cursor.StopAt, cursor => cursor.Position)
                    .SetProperty(cursor => cursor.AttemptPosition, (long?)null)
                    .SetProperty(cursor => cursor.Token, cursor => cursor.Token + 1)
                    .SetProperty(cursor => cursor.Holder, (string?)null)
                    .SetProperty(cursor => cursor.LeaseUntil, (DateTimeOffset?)null),
                cancellationToken);
        if (cancelled > 0)
            await db.ParkedEvents.Where(parked => parked.Replay == id).ExecuteDeleteAsync(cancellationToken);
        return cancelled > 0;
    }

    /// <summary>The replays whose range an event is in, and whose types it is of.</summary>
    public async Task<IReadOnlyList<ReplayDto>> CoveringAsync(string subscription, long position, string type, CancellationToken cancellationToken) =>
    [
        .. (await DescribeAsync(
                All.Where(cursor => cursor.Subscription == subscription && cursor.StartedFrom < position && cursor.StopAt >= position), cancellationToken))
            .Where(replay => replay.Types is null || replay.Types.Contains(type, StringComparer.Ordinal)),
    ];

    private IQueryable<EventCursor> All => db.EventCursors.Where(cursor => cursor.Replay > 0);

    private async Task<IReadOnlyList<ReplayDto>> DescribeAsync(IQueryable<EventCursor> chosen, CancellationToken cancellationToken)
    {
        var cursors = await chosen.AsNoTracking().OrderByDescending(cursor => cursor.Replay).ToListAsync(cancellationToken);
        if (cursors.Count == 0)
            return [];
        var now = await db.NowAsync(provider, cancellationToken);
        var parked = await db.ParkedEvents
            .Where(row => row.Replay > 0)
            .GroupBy(row => row.Replay)
            .Select(Summaries.Tally<long>())
            .ToDictionaryAsync(tally => tally.Key, tally => tally.Counts, cancellationToken);
        return [.. cursors.Select(cursor => Describe(cursor, parked.GetValueOrDefault(cursor.Replay) ?? new(0, 0, 0, 0), now))];
    }

    private static ReplayDto Describe(EventCursor cursor, ParkedCountsDto parked, DateTimeOffset now)
    {
        var last = cursor.StopAt ?? cursor.Position;
        var length = last - cursor.StartedFrom;
        return new()
        {
            Id = cursor.Replay,
            Subscription = cursor.Subscription,
            State = StateOf(cursor, parked),
            From = Positions.Format(cursor.StartedFrom + 1),
            To = Positions.Format(last),
            Types = cursor.Types?.Split(','),
            Position = Positions.Format(cursor.Position),
            Progress = length <= 0 ? 1 : Math.Round((double)(cursor.Position - cursor.StartedFrom) / length, 4),
            Delivered = cursor.Delivered,
            Parked = parked,
            Holder = SubscriptionStatus.HolderOf(cursor, now),
            StartedAt = cursor.CreatedAt,
            StartedBy = cursor.CreatedBy,
        };
    }

    private static ReplayState StateOf(EventCursor cursor, ParkedCountsDto parked)
    {
        if (cursor.PausedAt is not null)
            return ReplayState.Cancelled;
        return cursor.Position >= cursor.StopAt && parked.Retrying + parked.Behind == 0 ? ReplayState.Finished : ReplayState.Running;
    }
}
