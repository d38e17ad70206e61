using System.Linq.Expressions;
using TaskManagement.Application.Operations;
using TaskManagement.Infrastructure.EventLog.Delivery;
using TaskManagement.Infrastructure.Persistence;

namespace TaskManagement.Infrastructure.EventLog.Operations;

/// <summary>Rows as operators are told of them.</summary>
internal static class Summaries
{
    public static EventDto Of(EventRecord record) => new(
        record.EventId, record.Type, record.StreamId, record.OccurredAt, record.Position is { } position ? Positions.Format(position) : null);

    /// <summary>Parked events, each with the row of its event.</summary>
    public static IQueryable<ParkedRow> WithEvents(this IQueryable<ParkedEvent> parked, TaskManagementDbContext db) =>
        parked.Join(db.EventLog, row => row.EventId, record => record.EventId, (row, record) => new ParkedRow { Parked = row, OccurredAt = record.OccurredAt });

    public static ParkedEventDto Of(ParkedRow row) => new()
    {
        Id = row.Parked.Id,
        Subscription = row.Parked.Subscription,
        Replay = row.Parked.Replay == 0 ? null : row.Parked.Replay,
        Status = Of(row.Parked.Status),
        Event = new(row.Parked.EventId, row.Parked.EventType, row.Parked.StreamId, row.OccurredAt, Positions.Format(row.Parked.Position)),
        Attempts = row.Parked.Attempts,
        NextAttemptAt = row.Parked.NextAttemptAt,
        AttemptStartedAt = row.Parked.AttemptStartedAt,
        Crashes = row.Parked.Crashes,
        Error = row.Parked.Error,
        ParkedAt = row.Parked.ParkedAt,
        DeadAt = row.Parked.DeadAt,
    };

    public static ParkedStatus Of(ParkedState state) => state switch
    {
        ParkedState.Retrying => ParkedStatus.Retrying,
        ParkedState.Behind => ParkedStatus.Behind,
        _ => ParkedStatus.Dead,
    };

    /// <summary>How many parked events there are in each group.</summary>
    public static Expression<Func<IGrouping<TKey, ParkedEvent>, ParkedTallyOf<TKey>>> Tally<TKey>() => group => new()
    {
        Key = group.Key,
        Retrying = group.Count(parked => parked.Status == ParkedStatus.Retrying),
        Behind = group.Count(parked => parked.Status == ParkedStatus.Behind),
        Dead = group.Count(parked => parked.Status == ParkedStatus.Dead),
        Lanes = group.Select(parked => parked.StreamId).Distinct().Count(),
    };

    private static ParkedState Of(ParkedStatus status) => status switch
    {
        ParkedStatus.Retrying => ParkedState.Retrying,
        ParkedStatus.Behind => ParkedState.Behind,
        _ => ParkedState.Dead,
    };
}

/// <summary>A parked event and when it happened.</summary>
internal sealed class ParkedRow
{
    public required ParkedEvent Parked { get; init; }

    public required DateTimeOffset OccurredAt { get; init; }
}

/// <summary>How many parked events a group has.</summary>
internal sealed class ParkedTallyOf<TKey>
{
    public required TKey Key { get; init; }

    public required int Retrying { get; init; }

    public required int Behind { get; init; }

    public required int Dead { get; init; }

    public required int Lanes { get; init; }

    public ParkedCountsDto Counts => new(Retrying, Behind, Dead, Lanes);
}
