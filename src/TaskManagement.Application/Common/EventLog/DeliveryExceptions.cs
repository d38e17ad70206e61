namespace TaskManagement.Application.Common.EventLog;

/// <summary>Thrown by an after-commit handler: no further attempt makes sense. The event becomes a dead letter at once.</summary>
/// <param name="message">Why.</param>
/// <param name="inner">What it comes from.</param>
public sealed class PermanentFailureException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Thrown by an after-commit handler: the attempt failed, and the other side said when to come back. Nothing is given to the subscription before.</summary>
/// <param name="message">Why.</param>
/// <param name="wait">How long to wait, from now. If the policy's own wait is longer, the event waits for that.</param>
/// <param name="inner">What it comes from.</param>
public sealed class RetryAfterException(string message, TimeSpan wait, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>How long to wait.</summary>
    public TimeSpan Wait { get; } = wait;
}

/// <summary>
/// Thrown by an after-commit handler: what it needs for any event can't be reached, a broker say. No event has failed and no attempt is counted:
/// the whole subscription waits, tries again until it succeeds, and meanwhile says why it stands still.
/// </summary>
/// <param name="message">What can't be reached, and why, in a sentence for operators.</param>
/// <param name="inner">What it comes from.</param>
public sealed class UnavailableException(string message, Exception? inner = null) : Exception(message, inner);
