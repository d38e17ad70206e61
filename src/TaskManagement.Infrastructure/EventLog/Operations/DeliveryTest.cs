using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using TaskManagement.Application.Operations;
using TaskManagement.Infrastructure.EventLog.Delivery;
using TaskManagement.Infrastructure.Persistence;

namespace TaskManagement.Infrastructure.EventLog.Operations;

internal sealed class DeliveryTest(TaskManagementDbContext db, SubscriptionCatalog catalog, EventTypes types, DeliveryRunner runner) : IDeliveryTest
{
    public async Task<HandlerTestDto?> RunAsync(string subscription, Guid eventId, CancellationToken cancellationToken)
    {
        var record = await db.EventLog.AsNoTracking().Where(row => row.EventId == eventId).SingleOrDefaultAsync(cancellationToken);
        if (record is null)
            return null;
        var known = (await catalog.FindAsync(subscription, cancellationToken))!;
        var effects = new Effects();
        var started = Stopwatch.GetTimestamp();
        var (outcome, error) = await TryAsync(known, record, effects, cancellationToken);
        return new()
        {
            Subscription = known.Name,
            Handler = known.Handler.Name,
            Event = Summaries.Of(record),
            Outcome = outcome,
            DurationMilliseconds = Math.Round(Stopwatch.GetElapsedTime(started).TotalMilliseconds, 3),
            Error = error is null ? null : new(error.GetType().FullName!, error.Message),
            Raised = effects.Raised,
            Changes = effects.Changes,
        };
    }

    private async Task<(HandlerOutcome Outcome, Exception? Error)> TryAsync(
        Subscription subscription, EventRecord record, Effects effects, CancellationToken cancellationToken)
    {
        if (!subscription.IsFor(record.Type, record.TypeVersion, types))
            return (HandlerOutcome.NotTaken, null);
        try
        {
            var entry = new LogEntry(EventLogReader.Logged(record), types);
            if (!subscription.TakesEvent(entry.Event))
                return (HandlerOutcome.NotTaken, null);
            await runner.RehearseAsync(subscription, entry, effects.Watch, cancellationToken);
            return (HandlerOutcome.Handled, null);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // Whatever it is, it is what the test was made to find out.
            var outcome = exception is TimeoutException ? HandlerOutcome.TimedOut
                : subscription.Policy.IsPermanent(exception) ? HandlerOutcome.FailedForGood
                : HandlerOutcome.Failed;
            return (outcome, exception);
        }
    }

    /// <summary>What would have been kept: the rows whose changes were sent to the database, and the events among them.</summary>
    private sealed class Effects
    {
        private readonly SortedDictionary<string, RowChangeDto> _tables = new(StringComparer.Ordinal);
        private readonly List<RaisedEventDto> _raised = [];

        public IReadOnlyList<RaisedEventDto> Raised => _raised;

        public IReadOnlyList<RowChangeDto> Changes => [.. _tables.Values];

        public void Watch(TaskManagementDbContext context) => context.ChangeTracker.StateChanged += (_, change) => Note(change);

        private void Note(EntityStateChangedEventArgs change)
        {
            // A row that was sent is no longer pending.
            if (change.NewState is not (EntityState.Unchanged or EntityState.Detached) || change.OldState is EntityState.Unchanged)
                return;
            if (change.Entry.Entity is EventRecord raised)
            {
                _raised.Add(new(raised.Type, raised.StreamId));
                return;
            }

            var table = change.Entry.Metadata.GetTableName() ?? change.Entry.Metadata.DisplayName();
            var known = _tables.GetValueOrDefault(table) ?? new(table, 0, 0, 0);
            _tables[table] = change.OldState switch
            {
                EntityState.Added => known with { Added = known.Added + 1 },
                EntityState.Modified => known with { Changed = known.Changed + 1 },
                _ => known with { Deleted = known.Deleted + 1 },
            };
        }
    }
}
