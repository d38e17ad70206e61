namespace TaskManagement.Domain.Common;

/// <summary>Base of all domain events. Ids are UUIDv7, so they sort roughly by time; order is given by the stream version, never by the id.</summary>
public abstract record DomainEvent : IDomainEvent
{
    /// <inheritdoc />
    public Guid EventId { get; init; } = Guid.CreateVersion7();

    /// <inheritdoc />
    public DateTimeOffset OccurredAt { get; init; }
}
