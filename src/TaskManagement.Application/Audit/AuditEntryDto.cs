using System.Text.Json;
using TaskManagement.Application.Common.EventLog;

namespace TaskManagement.Application.Audit;

/// <summary>Something that was done, or that happened.</summary>
/// <param name="Id">The id of the event.</param>
/// <param name="Action">What was done: the type of the event, such as <c>task.completed</c>.</param>
/// <param name="ResourceType">The kind of what it was done to, such as <c>task</c>.</param>
/// <param name="ResourceId">The id of what it was done to.</param>
/// <param name="Actor">On whose behalf.</param>
/// <param name="Address">From which address; null for what the service did itself.</param>
/// <param name="At">When.</param>
/// <param name="CorrelationId">What the caller, or else the trace, named the conversation by.</param>
/// <param name="CausationId">The event that led to it, or the command.</param>
/// <param name="Details">What the event states.</param>
public sealed record AuditEntryDto(
    Guid Id,
    string Action,
    string ResourceType,
    Guid ResourceId,
    string Actor,
    string? Address,
    DateTimeOffset At,
    string CorrelationId,
    Guid CausationId,
    JsonElement Details)
{
    internal static AuditEntryDto From(LoggedEvent logged) => new(
        logged.EventId,
        logged.Type,
        logged.StreamType,
        logged.StreamId,
        logged.Actor,
        logged.Address,
        logged.OccurredAt,
        logged.CorrelationId,
        logged.CausationId,
        JsonSerializer.Deserialize<JsonElement>(logged.Payload));
}
