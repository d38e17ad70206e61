using TaskManagement.Domain.Common;

namespace TaskManagement.Application.Common.EventLog;

/// <summary>
/// An after-commit handler that takes the events of a batch together, so that it can read at once what they touch, or send them side by side.
/// A batch in which it throws is handed over once more event by event, each as a batch of one. Registered as this interface alone, it takes all events.
/// </summary>
public interface IBatchHandler
{
    /// <summary>
    /// Handles several events, in the order in which they are given, in one transaction. It may say of some that they failed: they are parked,
    /// and all the others are delivered, together with what the handler wrote. Behind one that failed it must leave the later events of the
    /// same aggregate alone; they are parked with it.
    /// </summary>
    /// <param name="batch">At most as many as the subscription's batch size.</param>
    /// <param name="cancellationToken">Fires at the end of the attempt's time.</param>
    /// <returns>The events that failed, at most one of each aggregate; none if all were handled.</returns>
    Task<IReadOnlyList<FailedEvent>> HandleAsync(IReadOnlyList<Committed<IDomainEvent>> batch, CancellationToken cancellationToken);
}

/// <summary>An event of a batch that failed.</summary>
/// <param name="EventId">The event.</param>
/// <param name="Exception">How it failed. The same exceptions mean the same as if they were thrown.</param>
public sealed record FailedEvent(Guid EventId, Exception Exception);
