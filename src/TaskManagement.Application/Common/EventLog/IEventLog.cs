namespace TaskManagement.Application.Common.EventLog;

/// <summary>Reads the permanent log of all domain events. Only the unit of work writes it.</summary>
public interface IEventLog
{
    /// <summary>The events of one stream after a version, in version order.</summary>
    /// <param name="streamType">The kind of aggregate, such as <c>task</c>.</param>
    /// <param name="streamId">The id of the aggregate.</param>
    /// <param name="afterVersion">The version after which to begin; 0 for all.</param>
    /// <param name="limit">The most events to return.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    Task<IReadOnlyList<LoggedEvent>> ReadStreamAsync(
        string streamType, Guid streamId, long afterVersion, int limit, CancellationToken cancellationToken);

    /// <summary>Of these events, those that are in the log, each with how many after-commit handlers led to it.</summary>
    Task<IReadOnlyDictionary<Guid, int>> FindDepthsAsync(IReadOnlyCollection<Guid> eventIds, CancellationToken cancellationToken);
}

/// <summary>An event as the log keeps it.</summary>
/// <param name="EventId">The id, set when it was raised.</param>
/// <param name="StreamType">The kind of aggregate.</param>
/// <param name="StreamId">The id of the aggregate.</param>
/// <param name="StreamVersion">Its place in the stream: 1, 2, 3 … without gaps.</param>
/// <param name="Type">Its stable name, such as <c>task.completed</c>.</param>
/// <param name="TypeVersion">The version of its shape.</param>
/// <param name="Payload">What it states, as JSON.</param>
/// <param name="Actor">On whose behalf it happened.</param>
/// <param name="CorrelationId">What the caller named the conversation by.</param>
/// <param name="CausationId">The event that led to it, or the command.</param>
/// <param name="TraceParent">The W3C trace context in which it happened, or null.</param>
/// <param name="CausationDepth">How many after-commit handlers led to it, one after the other: 0 for what a caller did.</param>
/// <param name="OccurredAt">When it happened, in UTC.</param>
/// <param name="Position">Its place in the log, in the order of commit; null until it is given one, just after the commit.</param>
/// <param name="Address">The address that the call came from which led to it; null for what the service did itself. Only the audit shows it.</param>
public sealed record LoggedEvent(
    Guid EventId,
    string StreamType,
    Guid StreamId,
    long StreamVersion,
    string Type,
    int TypeVersion,
    string Payload,
    string Actor,
    string CorrelationId,
    Guid CausationId,
    string? TraceParent,
    int CausationDepth,
    DateTimeOffset OccurredAt,
    long? Position,
    string? Address = null);
