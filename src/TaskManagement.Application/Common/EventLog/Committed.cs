using MediatR;
using TaskManagement.Domain.Common;

namespace TaskManagement.Application.Common.EventLog;

/// <summary>
/// An event that is committed. An <see cref="INotificationHandler{TNotification}"/> of it runs after the commit, at least once, in the order
/// of each aggregate's versions, apart from all other handlers; if it fails it is tried again. What it writes to the service's own database
/// is kept exactly once.
/// </summary>
/// <typeparam name="TEvent">The class of the event; or an interface, for all events that implement it. <see cref="IDomainEvent"/> is all events.</typeparam>
/// <param name="Event">What happened, in the present shape of the event whatever shape it was stored in.</param>
/// <param name="Logged">The event as the log keeps it: its position, who did it, and what it led from.</param>
/// <param name="Delivery">This delivery of it.</param>
public sealed record Committed<TEvent>(TEvent Event, LoggedEvent Logged, Delivery Delivery) : INotification
    where TEvent : IDomainEvent;

/// <summary>One delivery of an event to one subscription.</summary>
/// <param name="Subscription">The name of the subscription.</param>
/// <param name="Attempt">Which attempt it is, from 1.</param>
/// <param name="IsReplay">Whether the event was asked for again by an operator: it has been delivered before.</param>
public sealed record Delivery(string Subscription, int Attempt, bool IsReplay);
