using TaskManagement.Application.Common.EventLog;

namespace TaskManagement.Application.Operations;

/// <summary>A subscription, and how it stands.</summary>
public sealed record SubscriptionDto
{
    /// <summary>The name under which its progress is kept.</summary>
    public required string Name { get; init; }

    /// <summary>The class of its handler; null if there is none of this name any more.</summary>
    public required string? Handler { get; init; }

    /// <summary>What the handler is about, such as <c>audit</c>; null without a handler.</summary>
    public required string? Concern { get; init; }

    /// <summary>The types of events that it takes.</summary>
    public required IReadOnlyList<string> Takes { get; init; }

    /// <summary>How its events are delivered; null without a handler.</summary>
    public required SubscriptionPolicyDto? Policy { get; init; }

    /// <summary>How it stands.</summary>
    public required SubscriptionState State { get; init; }

    /// <summary>Since when it is paused, or null.</summary>
    public required DateTimeOffset? PausedAt { get; init; }

    /// <summary>Why it stands still although it is not paused, or null: what its handler needs can't be reached.</summary>
    public required ObstacleDto? Obstacle { get; init; }

    /// <summary>Everything up to here is delivered or parked; null if no node has taken it up yet.</summary>
    public required string? Position { get; init; }

    /// <summary>Deliveries up to here are repeated ones, since it was sent back; null if they are not.</summary>
    public required string? RepeatsUntil { get; init; }

    /// <summary>How far it is behind.</summary>
    public required LagDto Lag { get; init; }

    /// <summary>The first event that it has still to be given, parked ones included; dead letters are counted apart.</summary>
    public required EventDto? OldestUndelivered { get; init; }

    /// <summary>Events whose delivery failed, and those that wait behind them.</summary>
    public required ParkedCountsDto Parked { get; init; }

    /// <summary>Its parts, each with a cursor of its own.</summary>
    public required IReadOnlyList<PartitionDto> Partitions { get; init; }
}

/// <summary>What keeps a subscription from going on.</summary>
/// <param name="Reason">What its handler said.</param>
/// <param name="Since">Since when.</param>
public sealed record ObstacleDto(string Reason, DateTimeOffset Since);

/// <summary>How a subscription stands.</summary>
public enum SubscriptionState
{
    /// <summary>A node works on it.</summary>
    Running,

    /// <summary>An operator has stopped it.</summary>
    Paused,

    /// <summary>No node works on all of it, at present.</summary>
    Unheld,

    /// <summary>Its progress is kept, and no handler has its name.</summary>
    Orphaned,
}

/// <summary>How far a subscription is behind the log.</summary>
/// <param name="Events">How many events it has still to be given, those that are parked not counted.</param>
/// <param name="AtMost">Whether there may be fewer, since not every event in between is for it.</param>
/// <param name="Seconds">The age of the oldest one, parked ones included; 0 if there is none.</param>
public sealed record LagDto(long Events, bool AtMost, double Seconds);

/// <summary>How many events are parked.</summary>
/// <param name="Retrying">They failed and will be tried again.</param>
/// <param name="Behind">They wait behind an earlier one of their lane.</param>
/// <param name="Dead">They are tried no more, unless someone asks for it.</param>
/// <param name="Lanes">How many aggregates have any.</param>
public sealed record ParkedCountsDto(int Retrying, int Behind, int Dead, int Lanes);

/// <summary>A part of a subscription.</summary>
/// <param name="Number">Its number, from 0.</param>
/// <param name="Position">Everything up to here that belongs to it is delivered or parked.</param>
/// <param name="Holder">The node that works on it, or null.</param>
/// <param name="LeaseUntil">Until when it has it, by the database's clock, unless it renews its lease.</param>
public sealed record PartitionDto(int Number, string Position, string? Holder, DateTimeOffset? LeaseUntil);

/// <summary>How the events of a subscription are delivered.</summary>
public sealed record SubscriptionPolicyDto
{
    /// <summary>How often an event is tried before it becomes a dead letter.</summary>
    public required int MaxAttempts { get; init; }

    /// <summary>In how many attempts the process may end before the event becomes a dead letter.</summary>
    public required int MaxCrashes { get; init; }

    /// <summary>The wait before the second attempt, in seconds.</summary>
    public required double BackoffBaseSeconds { get; init; }

    /// <summary>By how much each further wait is longer than the one before.</summary>
    public required double BackoffFactor { get; init; }

    /// <summary>The longest wait between two attempts, in seconds.</summary>
    public required double BackoffCapSeconds { get; init; }

    /// <summary>How long one attempt may take, in seconds.</summary>
    public required double TimeLimitSeconds { get; init; }

    /// <summary>How many events may be handled side by side.</summary>
    public required int Partitions { get; init; }

    /// <summary>How many events are handled in one transaction.</summary>
    public required int BatchSize { get; init; }

    /// <summary>Where it began when it was new to the database.</summary>
    public required StartFrom StartFrom { get; init; }

    /// <summary>Whether events may be delivered again.</summary>
    public required bool Replayable { get; init; }

    /// <summary>Whether it keeps a picture of all events, which is begun anew whenever it is sent back.</summary>
    public required bool Rebuildable { get; init; }

    /// <summary>What becomes of an aggregate's later events behind a dead letter.</summary>
    public required AfterDeadLetter AfterDeadLetter { get; init; }
}
