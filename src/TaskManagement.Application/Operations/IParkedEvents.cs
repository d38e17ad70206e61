using TaskManagement.Application.Common.EventLog;

namespace TaskManagement.Application.Operations;

/// <summary>Events that could not be delivered. What changes them is part of the transaction at hand.</summary>
public interface IParkedEvents
{
    /// <summary>Those that pass a filter, in the order in which they were parked.</summary>
    /// <param name="filter">What they must be.</param>
    /// <param name="after">The id after which to begin; 0 for the first.</param>
    /// <param name="limit">The most to return.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    Task<IReadOnlyList<ParkedEventDto>> ListAsync(ParkedFilter filter, long after, int limit, CancellationToken cancellationToken);

    /// <summary>How many were chosen, by subscription.</summary>
    Task<IReadOnlyList<ParkedTally>> CountAsync(ParkedChoice choice, CancellationToken cancellationToken);

    /// <summary>Which of these there are not.</summary>
    Task<IReadOnlyList<long>> FindMissingAsync(IReadOnlyList<long> ids, CancellationToken cancellationToken);

    /// <summary>
    /// Has those that were chosen tried again at once, as if for the first time, in the order of their lanes. Those that wait behind another
    /// go on waiting for it.
    /// </summary>
    /// <returns>How many will be tried, by subscription.</returns>
    Task<IReadOnlyList<ParkedTally>> RetryAsync(ParkedChoice choice, CancellationToken cancellationToken);

    /// <summary>Drops the first of those that were chosen, in the order of their lanes.</summary>
    /// <param name="choice">Which.</param>
    /// <param name="limit">The most to drop.</param>
    /// <param name="cancellationToken">Ends it before anything is changed.</param>
    /// <returns>What is dropped with the transaction.</returns>
    Task<IReadOnlyList<DroppedEvent>> DropAsync(ParkedChoice choice, int limit, CancellationToken cancellationToken);
}

/// <summary>What parked events must be; what is null does not matter.</summary>
/// <param name="Subscription">Of this subscription.</param>
/// <param name="Status">Parked for this reason.</param>
/// <param name="Type">Of these types, as <see cref="EventTypePattern"/> reads it.</param>
/// <param name="Subject">About this aggregate.</param>
public sealed record ParkedFilter(string? Subscription = null, ParkedState? Status = null, string? Type = null, Guid? Subject = null);

/// <summary>Parked events that an operator chose, by their ids or by a filter: one of both.</summary>
/// <param name="Ids">The ids.</param>
/// <param name="Filter">The filter; an empty one chooses all.</param>
public sealed record ParkedChoice(IReadOnlyList<long>? Ids, ParkedFilter? Filter);

/// <summary>How many parked events of a subscription.</summary>
/// <param name="Subscription">The subscription.</param>
/// <param name="Events">How many events.</param>
/// <param name="Waiting">How many of them wait behind another.</param>
/// <param name="Lanes">How many aggregates they are about.</param>
public sealed record ParkedTally(string Subscription, int Events, int Waiting, int Lanes);

/// <summary>A parked event that was dropped.</summary>
/// <param name="Subscription">The subscription.</param>
/// <param name="EventId">The event.</param>
/// <param name="EventType">Its type.</param>
/// <param name="Subject">The aggregate that it is about.</param>
public sealed record DroppedEvent(string Subscription, Guid EventId, string EventType, Guid Subject);
