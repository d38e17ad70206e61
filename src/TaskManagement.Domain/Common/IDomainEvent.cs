using MediatR;

namespace TaskManagement.Domain.Common;

/// <summary>A fact about one aggregate, stated in ids and values. Every event type is a sealed record that derives from <see cref="DomainEvent"/>.</summary>
public interface IDomainEvent : INotification
{
    /// <summary>Identifies the event for good: set when it is raised, and the same in the log, on the wire and in every retry.</summary>
    Guid EventId { get; }

    /// <summary>When the change was made, in UTC with millisecond precision.</summary>
    DateTimeOffset OccurredAt { get; }
}
