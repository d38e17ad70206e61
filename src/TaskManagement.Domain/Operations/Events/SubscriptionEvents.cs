using TaskManagement.Domain.Common;

namespace TaskManagement.Domain.Operations.Events;

/// <summary>An operator stopped the deliveries to a subscription, until it is resumed.</summary>
/// <param name="Subscription">The subscription.</param>
[EventType("subscription.paused", 1)]
public sealed record SubscriptionPaused(string Subscription) : DomainEvent;

/// <summary>An operator let the deliveries to a paused subscription go on.</summary>
/// <param name="Subscription">The subscription.</param>
[EventType("subscription.resumed", 1)]
public sealed record SubscriptionResumed(string Subscription) : DomainEvent;

/// <summary>An operator sent a subscription back, or ahead, in the log.</summary>
/// <param name="Subscription">The subscription.</param>
/// <param name="FromPosition">Up to which position it had come.</param>
/// <param name="ToPosition">The position after which it goes on.</param>
[EventType("subscription.rewound", 1)]
public sealed record SubscriptionRewound(string Subscription, long FromPosition, long ToPosition) : DomainEvent;

/// <summary>An operator had a range of events delivered to a subscription again, beside those that go on.</summary>
/// <param name="Subscription">The subscription.</param>
/// <param name="Replay">The number of the replay.</param>
/// <param name="FromPosition">The position after which it begins.</param>
/// <param name="ToPosition">The last position.</param>
/// <param name="EventTypes">The types of events that are delivered; null for all that the subscription takes.</param>
[EventType("subscription.replay_started", 1)]
public sealed record SubscriptionReplayStarted(
    string Subscription, long Replay, long FromPosition, long ToPosition, IReadOnlyList<string>? EventTypes) : DomainEvent;

/// <summary>An operator ended a replay before it was through.</summary>
/// <param name="Subscription">The subscription.</param>
/// <param name="Replay">The number of the replay.</param>
/// <param name="AtPosition">Up to which position it had come.</param>
[EventType("subscription.replay_cancelled", 1)]
public sealed record SubscriptionReplayCancelled(string Subscription, long Replay, long AtPosition) : DomainEvent;

/// <summary>An event could not be delivered to a subscription, and no further attempt is made unless someone asks for it.</summary>
/// <param name="Subscription">The subscription.</param>
/// <param name="DeadEventId">The event that could not be delivered.</param>
/// <param name="EventType">Its type, such as <c>task.completed</c>.</param>
/// <param name="SubjectType">The kind of aggregate that it is about.</param>
/// <param name="SubjectId">The aggregate that it is about.</param>
/// <param name="Attempts">How often it was tried.</param>
/// <param name="Error">How the last attempt ended.</param>
[EventType("subscription.event_dead_lettered", 1)]
public sealed record SubscriptionEventDeadLettered(
    string Subscription, Guid DeadEventId, string EventType, string SubjectType, Guid SubjectId, int Attempts, string Error) : DomainEvent, IFailure
{
    string IFailure.Source => $"subscription:{Subscription}";

    string IFailure.Code => "event_dead_lettered";

    string IFailure.Summary =>
        $"{Subscription} could not handle {EventType} of {SubjectType} {SubjectId} and is done with {(Attempts == 1 ? "the one attempt" : $"{Attempts} attempts")}: {Error}";

    bool IFailure.IsExpected => false;
}

/// <summary>An operator had dead letters, or events that wait for their next attempt, tried again at once.</summary>
/// <param name="Subscription">The subscription.</param>
/// <param name="Count">How many events.</param>
[EventType("subscription.events_retried", 1)]
public sealed record SubscriptionEventsRetried(string Subscription, int Count) : DomainEvent;

/// <summary>An operator gave up the delivery of an event to a subscription.</summary>
/// <param name="Subscription">The subscription.</param>
/// <param name="DiscardedEventId">The event that is not delivered.</param>
/// <param name="EventType">Its type, such as <c>task.completed</c>.</param>
/// <param name="SubjectId">The aggregate that it is about.</param>
/// <param name="Reason">Why.</param>
[EventType("subscription.event_discarded", 1)]
public sealed record SubscriptionEventDiscarded(
    string Subscription, Guid DiscardedEventId, string EventType, Guid SubjectId, string Reason) : DomainEvent;
