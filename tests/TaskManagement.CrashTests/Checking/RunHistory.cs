namespace TaskManagement.CrashTests.Checking;

/// <summary>Everything that a run has left behind, from the clients, the database and the outside.</summary>
internal sealed record RunHistory
{
    /// <summary>What clients were told.</summary>
    public IReadOnlyList<Acknowledgement> Acknowledged { get; init; } = [];

    /// <summary>The event log, in the order of its ids.</summary>
    public IReadOnlyList<LogRow> Log { get; init; } = [];

    /// <summary>What a reader who follows the log by position saw while all went on, in the order in which it saw it.</summary>
    public IReadOnlyList<SeenEvent> Seen { get; init; } = [];

    /// <summary>The tasks and projects, as their tables have them.</summary>
    public IReadOnlyList<AggregateRow> Aggregates { get; init; } = [];

    /// <summary>Events that were raised in transactions which were then rolled back.</summary>
    public IReadOnlyList<Guid> RolledBack { get; init; } = [];

    /// <summary>The subscriptions of the test.</summary>
    public IReadOnlyList<Taker> Takers { get; init; } = [];

    /// <summary>What handlers wrote to the database, in the order in which they wrote it.</summary>
    public IReadOnlyList<Effect> Effects { get; init; } = [];

    /// <summary>What handlers wrote to the file outside, in the order in which they wrote it.</summary>
    public IReadOnlyList<OutsideLine> Outside { get; init; } = [];

    /// <summary>What is parked when all subscriptions have caught up.</summary>
    public IReadOnlyList<ParkedRow> Parked { get; init; } = [];
}

/// <summary>A command that a client was told has been done.</summary>
/// <param name="Operation">What the client named it by; also the correlation id of its events.</param>
/// <param name="Command">What was asked for.</param>
/// <param name="IsKeyed">Whether it carried an idempotency key, so that it must be done once however often it was sent.</param>
/// <param name="TaskId">The task.</param>
/// <param name="Version">The version that the answer named.</param>
/// <param name="At">When the answer came.</param>
internal sealed record Acknowledgement(string Operation, string Command, bool IsKeyed, Guid TaskId, long Version, DateTimeOffset At);

/// <summary>An event in the log.</summary>
internal sealed record LogRow(
    long? Position,
    Guid EventId,
    string StreamType,
    Guid StreamId,
    long Version,
    string Type,
    string Payload,
    string Actor,
    string CorrelationId,
    Guid CausationId,
    int CausationDepth);

/// <summary>An event that a reader saw at a position.</summary>
internal sealed record SeenEvent(long Position, Guid EventId);

/// <summary>The version that an aggregate has in its table.</summary>
internal sealed record AggregateRow(string StreamType, Guid StreamId, long Version);

/// <summary>What a handler wrote to the database for one event.</summary>
/// <param name="Subscription">Whose handler it was.</param>
/// <param name="EventId">The event.</param>
/// <param name="StreamId">The aggregate, as the handler was told.</param>
/// <param name="Version">The version, as the handler was told.</param>
/// <param name="Position">The position, as the handler was told.</param>
/// <param name="Invocation">The one run of the handler that wrote it.</param>
internal sealed record Effect(string Subscription, Guid EventId, Guid StreamId, long Version, long Position, Guid Invocation);

/// <summary>What a handler wrote to the file outside.</summary>
/// <param name="Step">At which step of its run.</param>
/// <param name="Subscription">Whose handler it was.</param>
/// <param name="EventId">The event.</param>
/// <param name="StreamId">The aggregate.</param>
/// <param name="Version">The version.</param>
/// <param name="Attempt">Which attempt the handler was told it is.</param>
/// <param name="Invocation">The one run of the handler.</param>
/// <param name="Process">The process it ran in.</param>
/// <param name="Milliseconds">When, since 1970.</param>
internal sealed record OutsideLine(
    OutsideStep Step, string Subscription, Guid EventId, Guid StreamId, long Version, int Attempt, Guid Invocation, string Process, long Milliseconds);

/// <summary>A step of a handler's run.</summary>
internal enum OutsideStep
{
    /// <summary>The handler was called.</summary>
    Began,

    /// <summary>The handler did its outside effect.</summary>
    Acted,

    /// <summary>A handler inside the transaction refused the change.</summary>
    RolledBack,
}

/// <summary>An event that is parked.</summary>
internal sealed record ParkedRow(string Subscription, Guid EventId, Guid StreamId, ParkedState State, int Attempts, string? Error);

/// <summary>Why an event is parked.</summary>
internal enum ParkedState
{
    /// <summary>It will be tried again.</summary>
    Retrying,

    /// <summary>It waits behind another one.</summary>
    Behind,

    /// <summary>It is given up.</summary>
    Dead,
}

/// <summary>A subscription, and what it is meant to do.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Takes">Which events it takes.</param>
internal sealed record Taker(string Name, Func<LogRow, bool> Takes)
{
    /// <summary>For which events its handler writes to the database; what it does about the others is known outside only, and may repeat.</summary>
    public Func<LogRow, bool> Keeps { get; init; } = _ => true;

    /// <summary>How many events are handled in one transaction.</summary>
    public int BatchSize { get; init; } = 1;

    /// <summary>Whether later events of an aggregate are delivered although an earlier one is given up.</summary>
    public bool GoesOnBehindDead { get; init; }

    /// <summary>A word of the reason for which an event must be given up; null for one that must be delivered.</summary>
    public Func<LogRow, string?> DoomOf { get; init; } = _ => null;

    /// <summary>The type of the event that its handler raises for each event delivered, or null.</summary>
    public string? Raises { get; init; }
}
