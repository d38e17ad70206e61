namespace TaskManagement.Application.Common.EventLog;

/// <summary>
/// How an after-commit handler is subscribed to the log. Everything has a default, so a handler needs none of it.
/// The section <c>Subscriptions</c> of the configuration overrides it, by the name of the subscription.
/// </summary>
/// <param name="name">
/// The name under which the progress of the handler is kept, in lower-case words joined by hyphens; null makes it from the name of the class.
/// A name of its own lets the class be renamed freely.
/// </param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class SubscriptionAttribute(string? name = null) : Attribute
{
    /// <summary>The name of the subscription; null makes it from the name of the class.</summary>
    public string? Name { get; } = name;

    /// <summary>Names that it had before: its progress is taken over from them.</summary>
    public string[] Aliases { get; init; } = [];

    /// <summary>How often an event is tried before it becomes a dead letter, 1 to 100.</summary>
    public int MaxAttempts { get; init; } = 10;

    /// <summary>
    /// In how many attempts the process may end, whatever ended it, before the event becomes a dead letter, 1 to 100. They are not among <see cref="MaxAttempts"/>.
    /// </summary>
    public int MaxCrashes { get; init; } = 3;

    /// <summary>The wait before the second attempt, in seconds. Each wait is made shorter or longer at random, by up to a quarter.</summary>
    public double BackoffBaseSeconds { get; init; } = 1;

    /// <summary>By how much each further wait is longer than the one before, 1 to 10.</summary>
    public double BackoffFactor { get; init; } = 2;

    /// <summary>The longest wait between two attempts, in seconds.</summary>
    public double BackoffCapSeconds { get; init; } = 300;

    /// <summary>How long one attempt may take, in seconds. Then its cancellation token fires, and it has failed.</summary>
    public double TimeLimitSeconds { get; init; } = 30;

    /// <summary>How many events may be handled side by side, each aggregate's always in one of them, 1 to 64. Nodes share partitions.</summary>
    public int Partitions { get; init; } = 1;

    /// <summary>
    /// How many events are handled in one transaction, 1 to 1000. More than 1 is for handlers that write to the service's own database only:
    /// if one event of a batch fails, the others are handled once more. An <see cref="IBatchHandler"/> can tell which one it was.
    /// </summary>
    public int BatchSize { get; init; } = 1;

    /// <summary>Where a subscription that is new to the database begins.</summary>
    public StartFrom StartFrom { get; init; }

    /// <summary>Whether an operator may have events delivered again.</summary>
    public bool Replayable { get; init; }

    /// <summary>What becomes of later events of an aggregate behind a dead letter.</summary>
    public AfterDeadLetter AfterDeadLetter { get; init; }

    /// <summary>Classes of exceptions, derived ones included, after which no further attempt makes sense.</summary>
    public Type[] PermanentExceptions { get; init; } = [];
}

/// <summary>Where a new subscription begins.</summary>
public enum StartFrom
{
    /// <summary>With what happens from now on.</summary>
    Now,

    /// <summary>With the first event ever.</summary>
    Beginning,
}

/// <summary>What becomes of an aggregate's later events behind a dead letter.</summary>
public enum AfterDeadLetter
{
    /// <summary>They wait until someone retries or discards it, so that the order is kept.</summary>
    Wait,

    /// <summary>They are delivered; the dead letter is left behind.</summary>
    Continue,
}

/// <summary>
/// An after-commit handler that keeps a picture of all events, and can begin it anew. It is replayed from the beginning only,
/// since events that it saw before would count twice.
/// </summary>
public interface IRebuildable
{
    /// <summary>Empties the picture. Runs in the transaction that sends the subscription back to the beginning.</summary>
    Task ResetAsync(CancellationToken cancellationToken);
}
