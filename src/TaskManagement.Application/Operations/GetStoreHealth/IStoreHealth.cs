namespace TaskManagement.Application.Operations;

/// <summary>Examines the event log and the delivery from it.</summary>
public interface IStoreHealth
{
    /// <summary>How they are.</summary>
    Task<StoreHealthDto> ReadAsync(CancellationToken cancellationToken);
}

/// <summary>How the event log and the delivery from it are.</summary>
public sealed record StoreHealthDto
{
    /// <summary>Whether nothing is wrong.</summary>
    public required bool Healthy { get; init; }

    /// <summary>What is wrong, in a sentence each.</summary>
    public required IReadOnlyList<string> Findings { get; init; }

    /// <summary>The last position in the log; null if it is empty.</summary>
    public required string? LastPosition { get; init; }

    /// <summary>How many events have a position.</summary>
    public required long Events { get; init; }

    /// <summary>Events that are committed and have no position yet.</summary>
    public required UnnumberedDto Unnumbered { get; init; }

    /// <summary>Positions that no event has, though later ones are given: the first ten places.</summary>
    public required IReadOnlyList<GapDto> Gaps { get; init; }

    /// <summary>How many subscriptions have a handler.</summary>
    public required int Subscriptions { get; init; }

    /// <summary>Names under which progress is kept and that no handler has.</summary>
    public required IReadOnlyList<string> Orphaned { get; init; }

    /// <summary>Subscriptions that an operator has stopped.</summary>
    public required IReadOnlyList<string> Paused { get; init; }

    /// <summary>Subscriptions that no node works on, at least in part.</summary>
    public required IReadOnlyList<string> Unheld { get; init; }

    /// <summary>Events whose delivery failed, and those that wait behind them, of all subscriptions.</summary>
    public required ParkedCountsDto Parked { get; init; }

    /// <summary>The processes that deliver events, or did lately.</summary>
    public required IReadOnlyList<NodeDto> Nodes { get; init; }

    /// <summary>The size of the whole database, in bytes.</summary>
    public required long DatabaseBytes { get; init; }
}

/// <summary>Events without a position.</summary>
/// <param name="Events">How many.</param>
/// <param name="OldestAt">When the oldest happened, or null.</param>
/// <param name="OldestSeconds">How long ago that is, in seconds; 0 if there is none.</param>
public sealed record UnnumberedDto(long Events, DateTimeOffset? OldestAt, double OldestSeconds);

/// <summary>Positions that no event has.</summary>
/// <param name="After">The last position before them.</param>
/// <param name="Before">The first position behind them.</param>
public sealed record GapDto(string After, string Before);

/// <summary>A process that delivers events.</summary>
/// <param name="Id">Its name.</param>
/// <param name="StartedAt">When it started, by the database's clock.</param>
/// <param name="SeenAt">When it was last heard of, by the database's clock.</param>
/// <param name="Alive">Whether that is so short a time ago that it counts as alive.</param>
public sealed record NodeDto(string Id, DateTimeOffset StartedAt, DateTimeOffset SeenAt, bool Alive);
