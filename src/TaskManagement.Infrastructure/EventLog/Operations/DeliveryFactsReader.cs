using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Application.Common.Json;
using TaskManagement.Application.Operations;
using TaskManagement.Domain.Operations.Events;
using TaskManagement.Infrastructure.EventLog.Delivery;
using TaskManagement.Infrastructure.Persistence;
using TaskManagement.Infrastructure.Persistence.Providers;

namespace TaskManagement.Infrastructure.EventLog.Operations;

internal sealed class DeliveryFactsReader(
    TaskManagementDbContext db, SubscriptionCatalog catalog, EventTypes types, Replays replays, DatabaseProvider provider) : IDeliveryFacts
{
    private const string DiscardedType = "subscription.event_discarded";
    private const string RewoundType = "subscription.rewound";

    public async Task<DeliveryFacts?> FindAsync(SubscriptionTraits subscription, Guid eventId, CancellationToken cancellationToken)
    {
        var record = await db.EventLog.AsNoTracking().SingleOrDefaultAsync(row => row.EventId == eventId, cancellationToken);
        if (record is null)
            return null;
        var known = await catalog.FindAsync(subscription.Name, cancellationToken);
        var now = await db.NowAsync(provider, cancellationToken);
        var cursors = await db.EventCursors.AsNoTracking()
            .Where(row => row.Subscription == subscription.Name && row.Replay == 0)
            .ToListAsync(cancellationToken);
        var cursor = cursors.Find(row => row.Partition == Lanes.Of(record.StreamId) % cursors.Count);
        var own = await Parked(subscription.Name).Where(row => row.EventId == eventId).WithEvents(db).FirstOrDefaultAsync(cancellationToken);
        return new()
        {
            Event = Summaries.Of(record),
            Position = record.Position,
            Taken = known is not null && IsTaken(known, record),
            Cursor = cursor?.Position,
            StartedFrom = cursor?.StartedFrom ?? 0,
            PausedAt = cursor?.PausedAt,
            Obstacle = cursor is null ? null : SubscriptionStatus.ObstacleOf([cursor]),
            Holder = cursor is null ? null : SubscriptionStatus.HolderOf(cursor, now),
            LeaseUntil = cursor is null || SubscriptionStatus.HolderOf(cursor, now) is null ? null : cursor.LeaseUntil,
            Parked = own is null ? null : Summaries.Of(own),
            BlockedBy = own is null ? null : await FirstOfLaneAsync(own.Parked, known, cancellationToken),
            Discarded = own is null && record.Position is { } position ? await DiscardedAsync(subscription.Name, eventId, position, cancellationToken) : null,
            Replays = record.Position is { } covered ? await replays.CoveringAsync(subscription.Name, covered, record.Type, cancellationToken) : [],
        };
    }

    private bool IsTaken(Subscription subscription, EventRecord record)
    {
        if (!subscription.IsFor(record.Type, record.TypeVersion, types))
            return false;
        try
        {
            return subscription.TakesEvent(types.Deserialize(EventLogReader.Logged(record)));
        }
        catch (UnreadableEventException)
        {
            // It is given to whoever takes its type, and fails there.
            return true;
        }
    }

    private IQueryable<ParkedEvent> Parked(string subscription) =>
        db.ParkedEvents.AsNoTracking().Where(row => row.Subscription == subscription && row.Replay == 0);

    /// <summary>The event that the later ones of the lane wait for, if it is not this one.</summary>
    private async Task<ParkedEventDto?> FirstOfLaneAsync(ParkedEvent own, Subscription? known, CancellationToken cancellationToken)
    {
        var earlier = Parked(own.Subscription).Where(row => row.StreamId == own.StreamId && row.Position < own.Position);
        if (known?.Policy.AfterDeadLetter == AfterDeadLetter.Continue)
            earlier = earlier.Where(row => row.Status != ParkedStatus.Dead);
        var first = await earlier.OrderBy(row => row.Position).Take(1).WithEvents(db).FirstOrDefaultAsync(cancellationToken);
        return first is null ? null : Summaries.Of(first);
    }

    /// <summary>How an event was given up; null if it was not, or if it was delivered again since.</summary>
    private async Task<DiscardedDto?> DiscardedAsync(string subscription, Guid eventId, long position, CancellationToken cancellationToken)
    {
        var stream = FactStreams.IdOf(FactStreams.Subscription, subscription);
        var facts = db.EventLog.AsNoTracking().Where(row => row.StreamId == stream && row.StreamType == FactStreams.Subscription);
        var id = eventId.ToString();
        var discarded = await facts
            .Where(row => row.Type == DiscardedType && row.Payload.Contains(id))
            .OrderByDescending(row => row.StreamVersion)
            .FirstOrDefaultAsync(cancellationToken);
        if (discarded is null)
            return null;
        var rewinds = await facts
            .Where(row => row.Type == RewoundType && row.StreamVersion > discarded.StreamVersion)
            .Select(row => row.Payload)
            .ToListAsync(cancellationToken);
        return rewinds.Exists(payload => Read<SubscriptionRewound>(payload).ToPosition < position)
            ? null
            : new(Read<SubscriptionEventDiscarded>(discarded.Payload).Reason, discarded.Actor.Value, discarded.OccurredAt);
    }

    private static TEvent Read<TEvent>(string payload) => JsonSerializer.Deserialize<TEvent>(payload, AppJson.Options)!;
}
