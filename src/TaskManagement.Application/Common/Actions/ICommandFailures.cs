namespace TaskManagement.Application.Common.Actions;

/// <summary>Keeps the trace of a command that was not carried out.</summary>
public interface ICommandFailures
{
    /// <summary>
    /// Records the failure in the event log, in a transaction of its own, unless too many like it were recorded just now. It never throws:
    /// what the caller is to be told is the command's own error.
    /// </summary>
    Task RecordAsync(FailedCommand failure);
}

/// <summary>A command that was not carried out.</summary>
/// <param name="Scope">The scope that served it.</param>
/// <param name="Command">Its name, such as <c>CompleteTask</c>.</param>
/// <param name="Error">How it ended.</param>
/// <param name="Duration">How long it took.</param>
public sealed record FailedCommand(CommandScope Scope, string Command, Exception Error, TimeSpan Duration);
