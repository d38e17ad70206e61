namespace TaskManagement.Domain.Common;

/// <summary>
/// Base of all aggregates: raises events, and carries what is stamped on every one of them when it is saved.
/// The version is that of the aggregate's event stream, so a change without an event does not exist. State is set in <see cref="Apply"/> alone,
/// so what a method does and what the log tells of it are the same.
/// </summary>
public abstract class AggregateRoot
{
    private static long _raised;

    private readonly List<RaisedEvent> _pending = [];

    /// <summary>The kind of stream the aggregate's events belong to, such as <c>task</c>; the first word of their type names.</summary>
    public abstract string StreamType { get; }

    /// <summary>The id of the aggregate, and of its stream.</summary>
    public abstract Guid StreamId { get; }

    /// <summary>The version of the last stored event; 0 before the first. Clients see it as version and ETag.</summary>
    public long Version { get; private set; }

    /// <summary>When the first event occurred, in UTC.</summary>
    public DateTimeOffset CreatedAt { get; private set; }

    /// <summary>Who caused the first event.</summary>
    public ActorId CreatedBy { get; private set; }

    /// <summary>When the last event occurred, in UTC.</summary>
    public DateTimeOffset UpdatedAt { get; private set; }

    /// <summary>Who caused the last event.</summary>
    public ActorId UpdatedBy { get; private set; }

    /// <summary>When the aggregate was deleted, in UTC, or null.</summary>
    public DateTimeOffset? DeletedAt { get; protected set; }

    /// <summary>Whether the aggregate is deleted. It can be restored.</summary>
    public bool IsDeleted => DeletedAt is not null;

    /// <summary>Events raised and not yet taken for dispatch, oldest first.</summary>
    public IReadOnlyList<RaisedEvent> PendingEvents => _pending;

    /// <summary>The order number of the latest event raised by any aggregate of this process.</summary>
    public static long LastRaised => Interlocked.Read(ref _raised);

    /// <summary>Hands over the pending events, each of them once.</summary>
    public IReadOnlyList<RaisedEvent> TakePendingEvents()
    {
        if (_pending.Count == 0)
            return [];
        RaisedEvent[] taken = [.. _pending];
        _pending.Clear();
        return taken;
    }

    /// <summary>Takes in the next event of the aggregate's past. After the last one it is as it was when that was saved.</summary>
    /// <exception cref="InvalidOperationException">It is not the next one, there are events that are not saved yet, or it is of no type that <see cref="Apply"/> knows.</exception>
    public void Replay(PastEvent past)
    {
        if (_pending.Count > 0 || past.Version != Version + 1)
            throw new InvalidOperationException($"Event {past.Version} can't follow version {Version} with {_pending.Count} unsaved events.");
        Apply(past.Event);
        if (Version == 0)
            (CreatedAt, CreatedBy) = (past.Event.OccurredAt, past.Actor);
        (Version, UpdatedAt, UpdatedBy) = (past.Version, past.Event.OccurredAt, past.Actor);
    }

    /// <summary>Raises an event at the time of the change, and makes the change.</summary>
    protected void Raise(DomainEvent domainEvent, ChangeStamp stamp)
    {
        var raised = domainEvent with { OccurredAt = stamp.At };
        Apply(raised);
        _pending.Add(new(Interlocked.Increment(ref _raised), raised));
    }

    /// <summary>Sets the state that an event leads to. It checks no rules: what happened has happened.</summary>
    /// <exception cref="InvalidOperationException">The event is of no type that the aggregate knows; see <see cref="Unknown"/>.</exception>
    protected abstract void Apply(IDomainEvent happened);

    /// <summary>The error about an event that <see cref="Apply"/> has no case for.</summary>
    protected InvalidOperationException Unknown(IDomainEvent happened) =>
        new($"{GetType().Name}.Apply has no case for {happened.GetType().Name}. Say there what the event changes, or that it changes nothing.");
}

/// <summary>An event as it was saved.</summary>
/// <param name="Event">The event.</param>
/// <param name="Version">The version that it gave the aggregate.</param>
/// <param name="Actor">Who caused it.</param>
public readonly record struct PastEvent(IDomainEvent Event, long Version, ActorId Actor);

/// <summary>An event that waits to be dispatched.</summary>
/// <param name="Order">Increases with every event that any aggregate of this process raises, and so gives the order across aggregates.</param>
/// <param name="Event">The event.</param>
public readonly record struct RaisedEvent(long Order, IDomainEvent Event);
