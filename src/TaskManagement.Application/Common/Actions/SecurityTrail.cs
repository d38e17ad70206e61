using TaskManagement.Application.Common.EventLog;
using TaskManagement.Domain.Common;

namespace TaskManagement.Application.Common.Actions;

/// <summary>
/// Tells by facts of a command that matters for security: that it was attempted, and then that it succeeded or failed. They are kept whatever
/// becomes of the command: with it if it succeeds, in a transaction of their own if it fails.
/// </summary>
/// <param name="facts">Records them.</param>
/// <param name="command">The command.</param>
public sealed class SecurityTrail(IFacts facts, CommandScope command)
{
    /// <summary>Records that it is attempted, and says what is to be recorded if it fails.</summary>
    /// <param name="attempt">The facts.</param>
    /// <param name="cancellationToken">Ends the look-up of the stream's last version.</param>
    public Task BeginAsync(SecurityAttempt attempt, CancellationToken cancellationToken)
    {
        command.SecurityAttempt = attempt;
        return facts.RecordAsync(attempt.StreamType, attempt.StreamId, attempt.Attempted, cancellationToken);
    }
}

/// <summary>An attempt at something that matters for security.</summary>
/// <param name="StreamType">The kind of the stream that tells of it.</param>
/// <param name="StreamId">The id of that stream.</param>
/// <param name="Attempted">That it was attempted.</param>
/// <param name="Failed">That it failed, and with which code.</param>
/// <param name="Target">
/// What it is aimed at, if the caller is not known: failures are then counted for each target, and who attacks one can't hide what is done to others.
/// </param>
public sealed record SecurityAttempt(string StreamType, Guid StreamId, DomainEvent Attempted, Func<string, DomainEvent> Failed, string? Target = null);
