using System.Diagnostics;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.Extensions.Options;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Application.Common.Telemetry;
using TaskManagement.Domain.Common;
using TaskManagement.Infrastructure.EventLog.Delivery;
using TaskManagement.Infrastructure.Persistence;

namespace TaskManagement.Infrastructure.EventLog;

/// <summary>
/// Dispatches the events of one context inside its transaction: appends each to the log and publishes it to its handlers, round by round,
/// until the handlers raise no more; then stamps the rows. The rules are in docs/extend.md.
/// </summary>
/// <param name="publisher">Finds the handlers.</param>
/// <param name="types">The names of the events.</param>
/// <param name="call">On whose behalf the change is made.</param>
/// <param name="command">The command that makes it.</param>
/// <param name="options">The limit of rounds.</param>
/// <param name="delivery">The transaction of the delivery that the scope serves, if it serves one.</param>
public sealed class DomainEventDispatch(
    IPublisher publisher,
    EventTypes types,
    ICallContext call,
    CommandScope command,
    IOptions<EventsOptions> options,
    DeliveryTransaction delivery)
{
    // What has been appended and not yet saved. It outlives a failed save: when the save is tried again, handlers have done their part.
    private readonly List<EntityEntry<EventRecord>> _appended = [];
    private readonly HashSet<AggregateRoot> _taken = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<AggregateRoot, StreamHead> _heads = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<(string Type, Guid Id), FactStream> _facts = [];
    private readonly HashSet<ActorId> _withoutAddress = [];
    private Guid _transactionId;
    private Step? _publishing;
    private bool _failed;

    /// <summary>The transaction of the delivery that the scope serves, if it serves one.</summary>
    internal DeliveryTransaction Delivery => delivery;

    /// <summary>The log's own number of the event saved last; 0 if there was none.</summary>
    internal long LastSavedId { get; private set; }

    /// <summary>The id of an event saved last, by which a commit that may or may not have happened can be looked up; null if there was none.</summary>
    internal Guid? LastSavedEventId { get; private set; }

    /// <summary>Refuses to dispatch in a synchronous save, which would have to block on the handlers; stamps the rows of one without events.</summary>
    internal void DispatchNothing(TaskManagementDbContext db)
    {
        RefuseSaveByHandler();
        if (HasPendingEvents(db) || _appended.Count > 0)
            throw new InvalidOperationException("SaveChanges can't dispatch domain events: their handlers are asynchronous. Call SaveChangesAsync.");
        Stamp(db);
    }

    /// <summary>Dispatches everything that is pending and stamps the rows. To be called before the save.</summary>
    internal async Task DispatchAsync(TaskManagementDbContext db, CancellationToken cancellationToken)
    {
        RefuseSaveByHandler();
        ForgetIfCleared(db);
        if (_failed)
            throw new InvalidOperationException("A handler failed in this unit of work, so nothing of it can be saved. Roll back, clear the change tracker and run the command again.");

        if (HasPendingEvents(db) || _appended.Count > 0)
        {
            JoinTransaction(db);
            try
            {
                await RunRoundsAsync(db, cancellationToken);
            }
            catch (Exception exception)
            {
                _failed = true;
                if (_publishing is { } step)
                    RefusedEvent.Note(exception, step.Origin.Event.EventId);
                throw;
            }
            finally
            {
                _publishing = null;
            }
        }

        Stamp(db);
    }

    /// <summary>Takes a fact that is no change of an aggregate. It is dispatched with the next save.</summary>
    /// <param name="db">Where the stream's last version is looked up.</param>
    /// <param name="streamType">The kind of stream.</param>
    /// <param name="streamId">The id of the stream.</param>
    /// <param name="fact">What happened.</param>
    /// <param name="stamp">Who did it, and when.</param>
    /// <param name="cancellationToken">Ends the look-up.</param>
    internal async Task RecordAsync(
        TaskManagementDbContext db, string streamType, Guid streamId, DomainEvent fact, ChangeStamp stamp, CancellationToken cancellationToken)
    {
        var type = types.Of(fact).Name;
        if (!type.StartsWith($"{streamType}.", StringComparison.Ordinal))
            throw new InvalidOperationException($"{type} can't be recorded in a stream of the kind '{streamType}': its name does not begin with that word.");
        if (!_facts.TryGetValue((streamType, streamId), out var stream))
        {
            var version = await db.EventLog.AsNoTracking()
                .Where(record => record.StreamId == streamId && record.StreamType == streamType)
                .MaxAsync(record => (long?)record.StreamVersion, cancellationToken);
            _facts.Add((streamType, streamId), stream = new(streamType, streamId, version ?? 0));
        }

        stream.Add(fact, stamp);
    }

    /// <summary>Appends the events of an actor without the address of the call: those that are not saved yet, and all to come in this scope.</summary>
    internal void LeaveOutAddress(ActorId actor)
    {
        _withoutAddress.Add(actor);
        foreach (var entry in _appended.Where(entry => entry.Entity.Actor == actor))
            entry.Property(record => record.Address).CurrentValue = null;
    }

    /// <summary>Notes that everything appended is saved.</summary>
    internal void Saved()
    {
        for (var i = 1; i < _appended.Count; i++)
        {
            // The order of ids is what the order of delivery will rest on, so a database that assigns them otherwise is not trusted.
            if (_appended[i].Entity.Id <= _appended[i - 1].Entity.Id)
                throw new InvalidOperationException("The database did not number the events in the order in which they were raised. Set Database:MaxBatchSize to 1.");
        }

        LastSavedEventId = _appended.Count > 0 ? _appended[^1].Entity.EventId : null;
        if (_appended.Count > 0)
            LastSavedId = _appended[^1].Entity.Id;
        Reset();
    }

    private async Task RunRoundsAsync(TaskManagementDbContext db, CancellationToken cancellationToken)
    {
        var round = TakePending(db, causes: []);
        for (var number = 1; round.Count > 0; number++)
        {
            if (number > options.Value.MaxRounds)
            {
                throw new InvalidOperationException(
                    $"Handlers went on raising events for more than {options.Value.MaxRounds} rounds: {round[0].Chain()}. Break the cycle, or raise Events:MaxRounds.");
            }

            foreach (var step in round)
            {
                _publishing = step;
                Append(db, step);
                await publisher.Publish(step.Event, cancellationToken);
                step.LastRaised = AggregateRoot.LastRaised;
            }

            round = TakePending(db, causes: round);
        }
    }

    /// <summary>The pending events of all tracked aggregates, deleted ones too, in the order in which they were raised.</summary>
    private List<Step> TakePending(TaskManagementDbContext db, List<Step> causes)
    {
        var taken = new List<Step>();
        foreach (var aggregate in Sources(db))
        {
            foreach (var raised in aggregate.TakePendingEvents())
            {
                _taken.Add(aggregate);
                taken.Add(new(aggregate, raised));
            }
        }

        taken.Sort((a, b) => a.Order.CompareTo(b.Order));

        // What was raised while a step's handlers ran was raised because of it: both lists are in order, so one pass finds the causes.
        var cause = 0;
        foreach (var step in taken)
        {
            while (cause < causes.Count && causes[cause].LastRaised < step.Order)
                cause++;
            step.Cause = cause < causes.Count ? causes[cause] : null;
        }

        return taken;
    }

    private void Append(TaskManagementDbContext db, Step step)
    {
        if (command.CausationDepth > options.Value.MaxCausationDepth)
            throw new CausationLoopException(options.Value.MaxCausationDepth);
        var aggregate = step.Aggregate;
        var head = _heads.TryGetValue(aggregate, out var known) ? known : new((aggregate as FactStream)?.LastVersion ?? aggregate.Version, FirstAt: step.Event.OccurredAt, default);
        head = head with { Version = head.Version + 1, LastAt = step.Event.OccurredAt };
        _heads[aggregate] = head;
        var type = types.Of(step.Event);
        _appended.Add(db.EventLog.Add(new EventRecord
        {
            EventId = step.Event.EventId,
            StreamType = aggregate.StreamType,
            StreamId = aggregate.StreamId,
            StreamVersion = head.Version,
            Type = type.Name,
            TypeVersion = type.Version,
            Payload = EventTypes.Serialize(step.Event),
            Actor = call.Actor,
            Address = _withoutAddress.Contains(call.Actor) ? null : call.Address,
            CorrelationId = call.CorrelationId,
            CausationId = step.Cause?.Event.EventId ?? command.Id,
            TraceParent = Activity.Current is { IdFormat: ActivityIdFormat.W3C } activity ? activity.Id : null,
            CausationDepth = command.CausationDepth,
            OccurredAt = step.Event.OccurredAt,
        }));
        Instrumentation.EventsAppended.Add(1, new KeyValuePair<string, object?>("event", type.Name));
    }

    /// <summary>Stamps what was changed, whoever changed it: the command or a handler.</summary>
    private void Stamp(TaskManagementDbContext db)
    {
        foreach (var entry in db.ChangeTracker.Entries<AggregateRoot>())
        {
            if (_heads.TryGetValue(entry.Entity, out var head))
            {
                if (entry.State == EntityState.Deleted)
                    continue;
                if (entry.Entity.Version == 0)
                {
                    entry.Property(row => row.CreatedAt).CurrentValue = head.FirstAt;
                    entry.Property(row => row.CreatedBy).CurrentValue = call.Actor;
                }

                entry.Property(row => row.Version).CurrentValue = head.Version;
                entry.Property(row => row.UpdatedAt).CurrentValue = head.LastAt;
                entry.Property(row => row.UpdatedBy).CurrentValue = call.Actor;
            }
            else if (entry.State is EntityState.Added or EntityState.Modified or EntityState.Deleted)
            {
                throw new InvalidOperationException(
                    $"{entry.Entity.GetType().Name} {entry.Entity.StreamId} was changed without an event, so the log would not know of it. Change it by a method that raises one.");
            }
        }

        foreach (var entry in db.ChangeTracker.Entries<ICompletedOnSave>())
            entry.Entity.Complete();
    }

    private void RefuseSaveByHandler()
    {
        if (_publishing is { } step)
        {
            throw new InvalidOperationException(
                $"{RunningHandler.Current?.Name ?? "A handler"} called SaveChanges while handling {step.Event.GetType().Name}. Handlers don't save: what they change is saved with the event that they handle.");
        }
    }

    private void JoinTransaction(TaskManagementDbContext db)
    {
        var transaction = db.Database.CurrentTransaction ?? throw new InvalidOperationException(
            "Domain events are dispatched inside a transaction only. Send a command, or begin a transaction before SaveChangesAsync.");
        if (_appended.Count > 0 && _transactionId != transaction.TransactionId)
            throw new InvalidOperationException("The transaction in which handlers did their work is gone. Clear the change tracker and run the command again.");
        _transactionId = transaction.TransactionId;
    }

    /// <summary>A cleared change tracker has forgotten the unit of work, and so does this.</summary>
    private void ForgetIfCleared(TaskManagementDbContext db)
    {
        if (_taken.Count > 0
            && _taken.All(aggregate => aggregate is FactStream || db.Entry(aggregate).State == EntityState.Detached)
            && _appended.TrueForAll(entry => db.Entry(entry.Entity).State == EntityState.Detached))
            Reset();
    }

    /// <summary>Forgets what was not saved: the unit of work begins anew.</summary>
    internal void Reset()
    {
        _taken.Clear();
        _appended.Clear();
        _heads.Clear();
        _facts.Clear();
        _failed = false;
    }

    /// <summary>Whether there are events that wait for the next save.</summary>
    internal bool HasPendingEvents(TaskManagementDbContext db) => Sources(db).Any(aggregate => aggregate.PendingEvents.Count > 0);

    private IEnumerable<AggregateRoot> Sources(TaskManagementDbContext db) => _facts.Count == 0 ? Tracked(db) : [.. Tracked(db), .. _facts.Values];

    private static IEnumerable<AggregateRoot> Tracked(TaskManagementDbContext db)
    {
        // Whether a row has changed does not matter here, only that it is tracked; finding changes would cost a comparison of every column.
        var detects = db.ChangeTracker.AutoDetectChangesEnabled;
        db.ChangeTracker.AutoDetectChangesEnabled = false;
        try
        {
            return [.. db.ChangeTracker.Entries<AggregateRoot>().Select(entry => entry.Entity)];
        }
        finally
        {
            db.ChangeTracker.AutoDetectChangesEnabled = detects;
        }
    }

    /// <summary>Where a stream stands: its last version, and when the first and the last event of this unit of work occurred.</summary>
    private readonly record struct StreamHead(long Version, DateTimeOffset FirstAt, DateTimeOffset LastAt);

    /// <summary>A stream of facts that no aggregate stands behind.</summary>
    private sealed class FactStream(string streamType, Guid streamId, long lastVersion) : AggregateRoot
    {
        public override string StreamType => streamType;

        public override Guid StreamId => streamId;

        public long LastVersion => lastVersion;

        public void Add(DomainEvent fact, ChangeStamp stamp) => Raise(fact, stamp);

        protected override void Apply(IDomainEvent happened)
        {
            // There is no state that a fact could change.
        }
    }

    /// <summary>One event on its way through dispatch.</summary>
    private sealed class Step(AggregateRoot aggregate, RaisedEvent raised)
    {
        public AggregateRoot Aggregate { get; } = aggregate;

        public IDomainEvent Event { get; } = raised.Event;

        public long Order { get; } = raised.Order;

        /// <summary>The event whose handlers raised this one; null if the command did.</summary>
        public Step? Cause { get; set; }

        /// <summary>The event that the command raised, and that led to this one; or this one itself.</summary>
        public Step Origin => Cause?.Origin ?? this;

        /// <summary>The order number of the latest event when the handlers of this one had run.</summary>
        public long LastRaised { get; set; }

        public string Chain()
        {
            var names = new Stack<string>();
            for (var step = this; step is not null; step = step.Cause)
                names.Push(step.Event.GetType().Name);
            return string.Join(" → ", names);
        }
    }
}

/// <summary>A row that is completed when everything else about the unit of work is settled.</summary>
internal interface ICompletedOnSave
{
    /// <summary>Completes the row.</summary>
    void Complete();
}
