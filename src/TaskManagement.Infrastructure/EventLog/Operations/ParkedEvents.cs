using Microsoft.EntityFrameworkCore;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Application.Operations;
using TaskManagement.Infrastructure.EventLog.Delivery;
using TaskManagement.Infrastructure.Persistence;
using TaskManagement.Infrastructure.Persistence.Providers;

namespace TaskManagement.Infrastructure.EventLog.Operations;

internal sealed class ParkedEvents(TaskManagementDbContext db, DatabaseProvider provider) : IParkedEvents
{
    public async Task<IReadOnlyList<ParkedEventDto>> ListAsync(ParkedFilter filter, long after, int limit, CancellationToken cancellationToken)
    {
        var rows = await Filter(db.ParkedEvents.AsNoTracking(), filter)
            .Where(parked => parked.Id > after)
            .OrderBy(parked => parked.Id)
            .Take(limit)
            .WithEvents(db)
            .ToListAsync(cancellationToken);
        return [.. rows.OrderBy(row => row.Parked.Id).Select(Summaries.Of)];
    }

    public async Task<IReadOnlyList<ParkedTally>> CountAsync(ParkedChoice choice, CancellationToken cancellationToken)
    {
        var tallies = await Chosen(choice).GroupBy(parked => parked.Subscription).Select(Summaries.Tally<string>()).ToListAsync(cancellationToken);
        return
        [
            .. tallies.OrderBy(tally => tally.Key, StringComparer.Ordinal)
                .Select(tally => new ParkedTally(tally.Key, tally.Retrying + tally.Behind + tally.Dead, tally.Behind, tally.Lanes)),
        ];
    }

    public async Task<IReadOnlyList<long>> FindMissingAsync(IReadOnlyList<long> ids, CancellationToken cancellationToken)
    {
        var found = await db.ParkedEvents.Where(parked => ids.Contains(parked.Id)).Select(parked => parked.Id).ToListAsync(cancellationToken);
        return [.. ids.Except(found)];
    }

    public async Task<IReadOnlyList<ParkedTally>> RetryAsync(ParkedChoice choice, CancellationToken cancellationToken)
    {
        var now = await db.NowAsync(provider, cancellationToken);
        var retried = new List<ParkedTally>();
        foreach (var tally in await CountAsync(choice, cancellationToken))
        {
            var tried = await Chosen(choice)
                .Where(parked => parked.Subscription == tally.Subscription && parked.Status != ParkedStatus.Behind)
                .ExecuteUpdateAsync(
                    set => set
                        .SetProperty(parked => parked.Status, ParkedStatus.Retrying)
                        .SetProperty(parked => parked.Attempts, 0)
                        .SetProperty(parked => parked.NextAttemptAt, now)
                        .SetProperty(parked => parked.DeadAt, (DateTimeOffset?)null),
                    cancellationToken);
            retried.Add(tally with { Events = tried + tally.Waiting });
        }

        return retried;
    }

    public async Task<IReadOnlyList<DroppedEvent>> DropAsync(ParkedChoice choice, int limit, CancellationToken cancellationToken)
    {
        var rows = await Chosen(choice)
            .OrderBy(parked => parked.Subscription).ThenBy(parked => parked.Replay).ThenBy(parked => parked.Position)
            .Take(limit)
            .ToListAsync(cancellationToken);
        // One that is delivered, or given up by someone else, before this is saved makes the save fail, and the command is run again.
        db.ParkedEvents.RemoveRange(rows);
        return [.. rows.Select(parked => new DroppedEvent(parked.Subscription, parked.EventId, parked.EventType, parked.StreamId))];
    }

    private IQueryable<ParkedEvent> Chosen(ParkedChoice choice) => choice.Ids is { } ids
        ? db.ParkedEvents.Where(parked => ids.Contains(parked.Id))
        : Filter(db.ParkedEvents, choice.Filter!);

    private static IQueryable<ParkedEvent> Filter(IQueryable<ParkedEvent> rows, ParkedFilter filter)
    {
        if (filter.Subscription is { } subscription)
            rows = rows.Where(parked => parked.Subscription == subscription);
        if (filter.Status is { } state)
        {
            var status = Summaries.Of(state);
            rows = rows.Where(parked => parked.Status == status);
        }

        if (EventTypePattern.Parse(filter.Type) is { } type)
            rows = type.IsPrefix ? rows.Where(parked => parked.EventType.StartsWith(type.Name)) : rows.Where(parked => parked.EventType == type.Name);

        if (filter.Subject is { } subject)
            rows = rows.Where(parked => parked.StreamId == subject);
        return rows;
    }
}
