namespace TaskManagement.Domain.Common;

/// <summary>
/// Base of all aggregates: raises events, and carries what is stamped on every one of them when it is saved.
/// The version is that of the aggregate's event stream, so a change without an event does not exist.
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

    /// <summary>Raises an event at the time of the change.</summary>
    protected void Raise(DomainEvent domainEvent, ChangeStamp stamp) =>
        _pending.Add(new(Interlocked.Increment(ref _raised), domainEvent with { OccurredAt = stamp.At }));
}

/// <summary>An event that waits to be dispatched.</summary>
/// <param name="Order">Increases with every event that any aggregate of this process raises, and so gives the order across aggregates.</param>
/// <param name="Event">The event.</param>
public readonly record struct RaisedEvent(long Order, IDomainEvent Event);
