using System.Data.Common;
using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Application.Operations;
using TaskManagement.Domain.Common;
using TaskManagement.Domain.Operations.Events;
using TaskManagement.Infrastructure.EventLog.Delivery;
using TaskManagement.Infrastructure.Persistence;

namespace TaskManagement.Infrastructure.EventLog.Operations.Verification;

/// <summary>
/// Compares a projection with the log as far as its subscription has come. What it passed and did not handle, because it is parked or was
/// discarded, is left out: the projection does not know of it.
/// </summary>
internal sealed class ProjectionVerification(TaskManagementDbContext db, SubscriptionCatalog catalog, EventTypes types, Findings findings)
{
    private const int ChunkSize = 1000;

    public async Task<VerifiedProjectionDto> RunAsync(IProjectionCheck check, CancellationToken cancellationToken)
    {
        var name = check.Subscription;
        if (catalog.Find(name) is not { } subscription)
        {
            AddNotCompared(name, $"{check.GetType().Name} is about a subscription that there is not.");
            return new(name, Position: null, 0, 0);
        }

        var cursors = await db.EventCursors.AsNoTracking()
            .Where(cursor => cursor.Subscription == name && cursor.Replay == 0)
            .ToListAsync(cancellationToken);
        var unhandled = await UnhandledAsync(name, cancellationToken);
        var feed = new Feed(db, subscription, types, cursors, unhandled);
        try
        {
            await foreach (var difference in check.FindDifferencesAsync(feed.ReadAsync(cancellationToken), cancellationToken))
                Add(name, difference);
        }
        catch (Exception wrong) when (wrong is not OperationCanceledException && wrong.GetBaseException() is not DbException)
        {
            // Of a log that is damaged a projection may not be able to be made. That is what is to be found out.
            AddNotCompared(name, wrong.Message);
        }

        return new(name, cursors.Count == 0 ? null : Positions.Format(cursors.Min(cursor => cursor.Position)), feed.Events, feed.LeftOut);
    }

    private void AddNotCompared(string name, string why) => findings.Add(DifferenceKind.NotCompared, name, $"{name} was not compared: {why}");

    private void Add(string name, ProjectionDifference difference)
    {
        var subject = $"{name}, {difference.Row}";
        if (difference.Column is { } column)
            findings.AddValue(subject, column, difference.Stored, difference.ByLog);
        else if (difference.Stored is null)
            findings.AddMissingRow(subject);
        else
            findings.AddUnexpectedRow(subject);
    }

    /// <summary>The positions of events that the subscription has passed and not handled.</summary>
    private async Task<HashSet<long>> UnhandledAsync(string name, CancellationToken cancellationToken)
    {
        var unhandled = await db.ParkedEvents
            .Where(parked => parked.Subscription == name && parked.Replay == 0)
            .Select(parked => parked.Position)
            .ToHashSetAsync(cancellationToken);
        string[] settling = [types.All[typeof(SubscriptionEventDiscarded)].Name, types.All[typeof(SubscriptionRewound)].Name];
        var stream = FactStreams.IdOf(FactStreams.Subscription, name);
        var facts = await db.EventLog.AsNoTracking()
            .Where(record => record.StreamId == stream && record.StreamType == FactStreams.Subscription && settling.Contains(record.Type))
            .OrderBy(record => record.StreamVersion)
            .Select(EventLogReader.AsLogged)
            .ToListAsync(cancellationToken);
        var discarded = new List<long>();
        foreach (var fact in facts.Select(Read))
        {
            if (fact is SubscriptionEventDiscarded given && await PositionOfAsync(given.DiscardedEventId, cancellationToken) is { } position)
                discarded.Add(position);
            // What it was sent back before is delivered to it again.
            else if (fact is SubscriptionRewound rewound)
                discarded.RemoveAll(other => other > rewound.ToPosition);
        }

        unhandled.UnionWith(discarded);
        return unhandled;
    }

    private IDomainEvent? Read(LoggedEvent logged)
    {
        try
        {
            return types.Deserialize(logged);
        }
        catch (UnreadableEventException)
        {
            // It is told of where its stream is read.
            return null;
        }
    }

    private Task<long?> PositionOfAsync(Guid eventId, CancellationToken cancellationToken) =>
        db.EventLog.Where(record => record.EventId == eventId).Select(record => record.Position).FirstOrDefaultAsync(cancellationToken);

    /// <summary>What the subscription has handled, in the order of the log. A chunk at a time, so that whoever reads it may ask the database in between.</summary>
    private sealed class Feed(TaskManagementDbContext db, Subscription subscription, EventTypes types, List<EventCursor> cursors, HashSet<long> unhandled)
    {
        public long Events { get; private set; }

        public long LeftOut { get; private set; }

        public async IAsyncEnumerable<IDomainEvent> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
        {
            var partitions = cursors.ToDictionary(cursor => cursor.Partition);
            var (after, to) = cursors.Count == 0 ? (0, 0) : (cursors.Min(cursor => cursor.StartedFrom), cursors.Max(cursor => cursor.Position));
            string[] taken = [.. subscription.EventTypes];
            while (after < to)
            {
                var chunk = await db.EventLog.AsNoTracking()
                    .Where(record => record.Position > after && record.Position <= to && taken.Contains(record.Type))
                    .OrderBy(record => record.Position)
                    .Take(ChunkSize)
                    .Select(EventLogReader.AsLogged)
                    .ToListAsync(cancellationToken);
                foreach (var logged in chunk.Where(IsPassed))
                {
                    if (unhandled.Contains(logged.Position!.Value))
                    {
                        LeftOut++;
                        continue;
                    }

                    Events++;
                    yield return types.Deserialize(logged);
                }

                after = chunk.Count < ChunkSize ? to : chunk[^1].Position!.Value;
            }

            bool IsPassed(LoggedEvent logged) =>
                partitions.TryGetValue(Lanes.Of(logged.StreamId) % cursors.Count, out var cursor)
                && logged.Position > cursor.StartedFrom && logged.Position <= cursor.Position;
        }
    }
}
