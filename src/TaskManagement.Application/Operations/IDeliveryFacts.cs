namespace TaskManagement.Application.Operations;

/// <summary>Finds all that decides whether an event has reached a subscription.</summary>
public interface IDeliveryFacts
{
    /// <summary>What is known of an event and a subscription; null if there is no such event.</summary>
    Task<DeliveryFacts?> FindAsync(SubscriptionTraits subscription, Guid eventId, CancellationToken cancellationToken);
}

/// <summary>What is known of an event and a subscription.</summary>
public sealed record DeliveryFacts
{
    /// <summary>The event.</summary>
    public required EventDto Event { get; init; }

    /// <summary>Whether it is for the subscription.</summary>
    public required bool Taken { get; init; }

    /// <summary>Its place in the log; null if it has none yet.</summary>
    public required long? Position { get; init; }

    /// <summary>How far the subscription has come, in the part that the event belongs to; null if no node has taken it up.</summary>
    public required long? Cursor { get; init; }

    /// <summary>The position after which the subscription began when it was new.</summary>
    public required long StartedFrom { get; init; }

    /// <summary>Since when the subscription is paused, or null.</summary>
    public required DateTimeOffset? PausedAt { get; init; }

    /// <summary>What keeps that part from going on although it is not paused, or null.</summary>
    public required ObstacleDto? Obstacle { get; init; }

    /// <summary>The node that works on that part, or null.</summary>
    public required string? Holder { get; init; }

    /// <summary>Until when it has it, unless it renews its lease.</summary>
    public required DateTimeOffset? LeaseUntil { get; init; }

    /// <summary>The event among the parked ones, or null.</summary>
    public required ParkedEventDto? Parked { get; init; }

    /// <summary>The first parked event of its lane, if that comes before it.</summary>
    public required ParkedEventDto? BlockedBy { get; init; }

    /// <summary>How it was given up, or null.</summary>
    public required DiscardedDto? Discarded { get; init; }

    /// <summary>The replays whose range it is in.</summary>
    public required IReadOnlyList<ReplayDto> Replays { get; init; }
}
