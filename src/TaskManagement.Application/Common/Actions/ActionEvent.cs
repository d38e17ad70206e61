using System.Text.Json;
using TaskManagement.Domain.Common;

namespace TaskManagement.Application.Common.Actions;

/// <summary>What became of a command: told within this process to whoever listens, and kept nowhere.</summary>
/// <param name="CommandId">The command. Commands that handlers send on its account have the same id.</param>
/// <param name="Command">The name of its class, such as <c>CompleteTask</c>.</param>
/// <param name="Phase">How far it has come.</param>
/// <param name="Actor">On whose behalf it runs.</param>
/// <param name="CorrelationId">What the caller, or else the trace, names the conversation by.</param>
/// <param name="IsNested">Whether it is part of another's transaction, which may still be undone when this one has succeeded.</param>
/// <param name="Duration">How long it took; zero when it has just started.</param>
/// <param name="Code">Why it failed or was denied, as a stable code; else null.</param>
public sealed record ActionEvent(
    Guid CommandId, string Command, ActionPhase Phase, ActorId Actor, string CorrelationId, bool IsNested, TimeSpan Duration, string? Code)
{
    /// <summary>The name under which it is logged, such as <c>complete_task.succeeded</c>.</summary>
    public string Name => NameOf(Command, Phase);

    internal static string NameOf(string command, ActionPhase phase) =>
        $"{JsonNamingPolicy.SnakeCaseLower.ConvertName(command)}.{phase.ToString().ToLowerInvariant()}";
}

/// <summary>How far a command has come.</summary>
public enum ActionPhase
{
    /// <summary>It begins.</summary>
    Started,

    /// <summary>It is done; unless it is part of another's transaction, its changes are committed.</summary>
    Succeeded,

    /// <summary>It ended with an error, and nothing of it is kept.</summary>
    Failed,

    /// <summary>It was refused because the caller may not do that.</summary>
    Denied,
}
