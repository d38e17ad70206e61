using TaskManagement.Domain.Common;

namespace TaskManagement.Domain.Commands.Events;

/// <summary>A command was carried out as far as its error, and nothing of it was kept.</summary>
/// <param name="CommandId">The command.</param>
/// <param name="Command">Its name, such as <c>CompleteTask</c>.</param>
/// <param name="Code">Why, as a stable code such as <c>task.transition_not_allowed</c>; for an error that no one expected, its class.</param>
/// <param name="Detail">Why, as a sentence for people; null for an error that no one expected, whose message may hold anything.</param>
/// <param name="IsExpected">Whether the error is one that callers are told of, such as the refusal of a rule.</param>
/// <param name="DurationMilliseconds">How long it took.</param>
/// <param name="Suppressed">How many more like it were not recorded before it, so that no caller can flood the log.</param>
[EventType("command.failed", 1)]
public sealed record CommandFailed(
    Guid CommandId, string Command, string Code, string? Detail, bool IsExpected, long DurationMilliseconds, long Suppressed) : DomainEvent, IFailure
{
    string IFailure.Source => $"command:{Command}";

    string IFailure.Summary => $"{Command} failed: {Detail ?? Code}";
}

/// <summary>A command was refused because the caller may not do that.</summary>
/// <param name="CommandId">The command.</param>
/// <param name="Command">Its name, such as <c>CompleteTask</c>.</param>
/// <param name="Code">Why, as a stable code.</param>
/// <param name="Detail">Why, as a sentence for people, or null.</param>
/// <param name="DurationMilliseconds">How long it took.</param>
/// <param name="Suppressed">How many more like it were not recorded before it, so that no caller can flood the log.</param>
[EventType("command.denied", 1)]
public sealed record CommandDenied(
    Guid CommandId, string Command, string Code, string? Detail, long DurationMilliseconds, long Suppressed) : DomainEvent;
