namespace TaskManagement.Application.Operations;

/// <summary>Whether an event has reached a subscription, and why not.</summary>
public sealed record ExplanationDto
{
    /// <summary>The subscription.</summary>
    public required string Subscription { get; init; }

    /// <summary>The event.</summary>
    public required EventDto Event { get; init; }

    /// <summary>How it stands.</summary>
    public required DeliveryState State { get; init; }

    /// <summary>The same in sentences for people.</summary>
    public required string Because { get; init; }

    /// <summary>How many events of the log come before it, at most; null if it is not waiting for its turn.</summary>
    public required long? EventsBefore { get; init; }

    /// <summary>The event among the parked ones, or null.</summary>
    public required ParkedEventDto? Parked { get; init; }

    /// <summary>The parked event that it waits behind, or null.</summary>
    public required ParkedEventDto? BlockedBy { get; init; }

    /// <summary>How it was given up, or null.</summary>
    public required DiscardedDto? Discarded { get; init; }

    /// <summary>Since when the subscription is paused, or null.</summary>
    public required DateTimeOffset? PausedAt { get; init; }

    /// <summary>The node that works on it, or null.</summary>
    public required string? Holder { get; init; }

    /// <summary>Until when it has it, by the database's clock, unless it renews its lease.</summary>
    public required DateTimeOffset? LeaseUntil { get; init; }

    /// <summary>The replays whose range it is in.</summary>
    public required IReadOnlyList<ReplayDto> Replays { get; init; }
}

/// <summary>How the delivery of an event to a subscription stands.</summary>
public enum DeliveryState
{
    /// <summary>It was handled.</summary>
    Delivered,

    /// <summary>It is not for this subscription.</summary>
    NotTaken,

    /// <summary>It is committed, and has no place in the log yet.</summary>
    NotNumbered,

    /// <summary>It happened before the subscription began.</summary>
    BeforeStart,

    /// <summary>The subscription has not come as far as that.</summary>
    NotReached,

    /// <summary>It failed and will be tried again.</summary>
    Retrying,

    /// <summary>It waits behind an earlier event of its aggregate.</summary>
    Blocked,

    /// <summary>It is a dead letter.</summary>
    Dead,

    /// <summary>An operator gave it up.</summary>
    Discarded,
}

/// <summary>How the delivery of an event was given up.</summary>
/// <param name="Reason">Why.</param>
/// <param name="By">Who did it.</param>
/// <param name="At">When.</param>
public sealed record DiscardedDto(string Reason, string By, DateTimeOffset At);
