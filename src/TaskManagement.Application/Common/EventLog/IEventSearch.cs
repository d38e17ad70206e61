using TaskManagement.Application.Common.Access;
using TaskManagement.Domain.Common;

namespace TaskManagement.Application.Common.EventLog;

/// <summary>Finds events of the whole log by position. An event that has none yet, just after its commit, is not found.</summary>
public interface IEventSearch
{
    /// <summary>The position of the last event; 0 if there is none. All before it are there for good: no event will ever be found between them.</summary>
    Task<long> HeadAsync(CancellationToken cancellationToken);

    /// <summary>Finds the events that pass every filter that is set.</summary>
    Task<IReadOnlyList<LoggedEvent>> FindAsync(EventFilter filter, CancellationToken cancellationToken);
}

/// <summary>Knows the names of all event types of this service.</summary>
public interface IEventTypeNames
{
    /// <summary>Whether there is an event type that a pattern means.</summary>
    bool IsKnown(EventTypePattern pattern);
}

/// <summary>Which events are to be found, and in which order.</summary>
public sealed record EventFilter
{
    /// <summary>After this position.</summary>
    public long After { get; init; }

    /// <summary>Up to this position.</summary>
    public required long UpTo { get; init; }

    /// <summary>Of any of these types; of all if there are none.</summary>
    public IReadOnlyList<EventTypePattern> Types { get; init; } = [];

    /// <summary>About this aggregate.</summary>
    public Guid? StreamId { get; init; }

    /// <summary>About aggregates of this kind.</summary>
    public string? StreamType { get; init; }

    /// <summary>On behalf of this actor.</summary>
    public ActorId? Actor { get; init; }

    /// <summary>From this address.</summary>
    public string? Address { get; init; }

    /// <summary>At or after this time.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Before this time.</summary>
    public DateTimeOffset? Before { get; init; }

    /// <summary>Of those that this one may see; null for all.</summary>
    public required Viewer? Viewer { get; init; }

    /// <summary>Whether the last ones are found first.</summary>
    public bool NewestFirst { get; init; }

    /// <summary>The most to find.</summary>
    public required int Limit { get; init; }
}
