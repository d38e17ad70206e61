namespace TaskManagement.Application.Operations;

/// <summary>A range of events that is delivered to a subscription again, beside those that go on.</summary>
public sealed record ReplayDto
{
    /// <summary>Its number.</summary>
    public required long Id { get; init; }

    /// <summary>The subscription.</summary>
    public required string Subscription { get; init; }

    /// <summary>How it stands.</summary>
    public required ReplayState State { get; init; }

    /// <summary>The position of the first event of the range.</summary>
    public required string From { get; init; }

    /// <summary>The position of the last event of the range; of a cancelled one, how far it came.</summary>
    public required string To { get; init; }

    /// <summary>The types of events that are delivered; null for all that the subscription takes.</summary>
    public required IReadOnlyList<string>? Types { get; init; }

    /// <summary>Everything up to here is delivered or parked.</summary>
    public required string Position { get; init; }

    /// <summary>How much of the range is done, from 0 to 1.</summary>
    public required double Progress { get; init; }

    /// <summary>How many events were delivered.</summary>
    public required long Delivered { get; init; }

    /// <summary>Its events whose delivery failed, and those that wait behind them.</summary>
    public required ParkedCountsDto Parked { get; init; }

    /// <summary>The node that works on it, or null.</summary>
    public required string? Holder { get; init; }

    /// <summary>When it was started, by the database's clock.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Who started it.</summary>
    public required string StartedBy { get; init; }
}

/// <summary>How a replay stands.</summary>
public enum ReplayState
{
    /// <summary>It is not through yet.</summary>
    Running,

    /// <summary>It is through. Dead letters may be left of it.</summary>
    Finished,

    /// <summary>An operator has ended it.</summary>
    Cancelled,
}
