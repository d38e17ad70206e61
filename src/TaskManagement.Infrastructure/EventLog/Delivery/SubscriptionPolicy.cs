using System.ComponentModel.DataAnnotations;
using TaskManagement.Application.Common.EventLog;

namespace TaskManagement.Infrastructure.EventLog.Delivery;

/// <summary>
/// How the events of a subscription are delivered: what its <see cref="SubscriptionAttribute"/> says, overridden by the section
/// <c>Subscriptions:&lt;name&gt;</c> of the configuration.
/// </summary>
public sealed class SubscriptionPolicy
{
    /// <summary>The name of the section that has a section for each subscription.</summary>
    internal const string Section = "Subscriptions";

    /// <summary>How often an event is tried before it becomes a dead letter.</summary>
    [Range(1, 100, ErrorMessage = "MaxAttempts must be between 1 and 100.")]
    public int MaxAttempts { get; set; }

    /// <summary>In how many attempts the process may end before the event becomes a dead letter; they are not among <see cref="MaxAttempts"/>.</summary>
    [Range(1, 100, ErrorMessage = "MaxCrashes must be between 1 and 100.")]
    public int MaxCrashes { get; set; }

    /// <summary>The wait before the second attempt, in seconds.</summary>
    [Range(0.001, 86400, ErrorMessage = "BackoffBaseSeconds must be between 0.001 and 86400.")]
    public double BackoffBaseSeconds { get; set; }

    /// <summary>By how much each further wait is longer than the one before.</summary>
    [Range(1, 10, ErrorMessage = "BackoffFactor must be between 1 and 10.")]
    public double BackoffFactor { get; set; }

    /// <summary>The longest wait between two attempts, in seconds.</summary>
    [Range(0.001, 604800, ErrorMessage = "BackoffCapSeconds must be between 0.001 and 604800.")]
    public double BackoffCapSeconds { get; set; }

    /// <summary>How long one attempt may take, in seconds.</summary>
    [Range(0.001, 3600, ErrorMessage = "TimeLimitSeconds must be between 0.001 and 3600.")]
    public double TimeLimitSeconds { get; set; }

    /// <summary>How many events may be handled side by side.</summary>
    [Range(1, 64, ErrorMessage = "Partitions must be between 1 and 64.")]
    public int Partitions { get; set; }

    /// <summary>How many events are handled in one transaction.</summary>
    [Range(1, 1000, ErrorMessage = "BatchSize must be between 1 and 1000.")]
    public int BatchSize { get; set; }

    /// <summary>Where it begins when it is new to the database.</summary>
    public StartFrom StartFrom { get; set; }

    /// <summary>Whether an operator may have events delivered again.</summary>
    public bool Replayable { get; set; }

    /// <summary>What becomes of an aggregate's later events behind a dead letter.</summary>
    public AfterDeadLetter AfterDeadLetter { get; set; }

    /// <summary>The classes of exceptions after which no further attempt makes sense.</summary>
    internal IReadOnlyList<Type> PermanentExceptions { get; private init; } = [];

    /// <summary>How long one attempt may take.</summary>
    internal TimeSpan TimeLimit => TimeSpan.FromSeconds(TimeLimitSeconds);

    internal static SubscriptionPolicy Of(SubscriptionAttribute declared) => new()
    {
        MaxAttempts = declared.MaxAttempts,
        MaxCrashes = declared.MaxCrashes,
        BackoffBaseSeconds = declared.BackoffBaseSeconds,
        BackoffFactor = declared.BackoffFactor,
        BackoffCapSeconds = declared.BackoffCapSeconds,
        TimeLimitSeconds = declared.TimeLimitSeconds,
        Partitions = declared.Partitions,
        BatchSize = declared.BatchSize,
        StartFrom = declared.StartFrom,
        Replayable = declared.Replayable,
        AfterDeadLetter = declared.AfterDeadLetter,
        PermanentExceptions = declared.PermanentExceptions,
    };

    /// <summary>The wait after so many failed attempts: longer each time, capped, and changed at random by up to a quarter so that those who failed together do not return together.</summary>
    internal TimeSpan Backoff(int attempts) => TimeSpan.FromSeconds(
        Math.Min(BackoffCapSeconds, BackoffBaseSeconds * Math.Pow(BackoffFactor, Math.Min(attempts - 1, 40))) * (0.75 + Random.Shared.NextDouble() / 2));

    /// <summary>Whether no further attempt makes sense after this.</summary>
    internal bool IsPermanent(Exception exception) =>
        exception is PermanentFailureException or CausationLoopException
        || PermanentExceptions.Any(type => type.IsInstanceOfType(exception));
}
