using System.Text.Json;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Application.Common.Json;

namespace TaskManagement.Application.Audit;

/// <summary>An event as the audit log tells of it: fields for who collects logs by fields, and as text a JSON object of the same.</summary>
internal sealed class AuditLine(LoggedEvent logged) : List<KeyValuePair<string, object?>>(
[
    new("action", logged.Type),
    new("resourceType", logged.StreamType),
    new("resourceId", logged.StreamId),
    new("actor", logged.Actor),
    new("at", logged.OccurredAt),
    new("eventId", logged.EventId),
    new("sequence", logged.StreamVersion),
    new("correlationId", logged.CorrelationId),
    new("causationId", logged.CausationId),
])
{
    public override string ToString() => JsonSerializer.Serialize(new OrderedDictionary<string, object?>(this), AppJson.Options);
}
