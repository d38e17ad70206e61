namespace TaskManagement.Application.Operations;

/// <summary>An event whose delivery to a subscription failed, or that waits behind one of the same aggregate.</summary>
public sealed record ParkedEventDto
{
    /// <summary>Names it among parked events.</summary>
    public required long Id { get; init; }

    /// <summary>The subscription.</summary>
    public required string Subscription { get; init; }

    /// <summary>The replay that it belongs to; null if it was delivered for the first time.</summary>
    public required long? Replay { get; init; }

    /// <summary>Why it is parked.</summary>
    public required ParkedState Status { get; init; }

    /// <summary>The event.</summary>
    public required EventDto Event { get; init; }

    /// <summary>How often it was tried.</summary>
    public required int Attempts { get; init; }

    /// <summary>When it is tried next, by the database's clock; null for never, or for as soon as those before it are done.</summary>
    public required DateTimeOffset? NextAttemptAt { get; init; }

    /// <summary>When the attempt at hand began, or null.</summary>
    public required DateTimeOffset? AttemptStartedAt { get; init; }

    /// <summary>How often the process ended during an attempt.</summary>
    public required int Crashes { get; init; }

    /// <summary>How the last attempt ended; null if there was none.</summary>
    public required string? Error { get; init; }

    /// <summary>Since when it is parked.</summary>
    public required DateTimeOffset ParkedAt { get; init; }

    /// <summary>Since when it is a dead letter, or null.</summary>
    public required DateTimeOffset? DeadAt { get; init; }
}

/// <summary>Why an event is parked.</summary>
public enum ParkedState
{
    /// <summary>It failed and will be tried again.</summary>
    Retrying,

    /// <summary>It waits behind an earlier event of its aggregate.</summary>
    Behind,

    /// <summary>It is a dead letter: tried no more, unless someone asks for it.</summary>
    Dead,
}
