using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Application.Operations;

namespace TaskManagement.Infrastructure.Messaging;

/// <summary>A domain event in the JSON format of CloudEvents 1.0: the one form in which events leave the service.</summary>
public sealed record CloudEvent
{
    /// <summary>The version of the specification: 1.0.</summary>
    [JsonPropertyName("specversion")]
    public string SpecVersion => "1.0";

    /// <summary>The id of the event, a UUID; unique together with <see cref="Source"/>.</summary>
    [JsonPropertyName("id")]
    public required string Id { get; init; }

    /// <summary>The installation that it comes from.</summary>
    [JsonPropertyName("source")]
    public required string Source { get; init; }

    /// <summary>Its type with version, such as taskmanagement.task.completed.v1.</summary>
    [JsonPropertyName("type")]
    public required string Type { get; init; }

    /// <summary>The id of the aggregate that it is about.</summary>
    [JsonPropertyName("subject")]
    public required string Subject { get; init; }

    /// <summary>When it occurred, in UTC.</summary>
    [JsonPropertyName("time")]
    public required DateTimeOffset Time { get; init; }

    /// <summary>The media type of <see cref="Data"/>: application/json.</summary>
    [JsonPropertyName("datacontenttype")]
    public string DataContentType => "application/json";

    /// <summary>Its place in the history of its subject, from 1 without gaps, in ten digits so that it sorts as text.</summary>
    [JsonPropertyName("sequence")]
    public required string Sequence { get; init; }

    /// <summary>On whose behalf it happened.</summary>
    [JsonPropertyName("actor")]
    public required string Actor { get; init; }

    /// <summary>What the caller, or else the trace, named the conversation by.</summary>
    [JsonPropertyName("correlationid")]
    public required string CorrelationId { get; init; }

    /// <summary>The id of the event that led to it, or of the command.</summary>
    [JsonPropertyName("causationid")]
    public required string CausationId { get; init; }

    /// <summary>The W3C trace context in which it happened; absent if there was none.</summary>
    [JsonPropertyName("traceparent")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public required string? TraceParent { get; init; }

    /// <summary>Its place in the order in which all events were committed, to be passed on as it is; absent in the moment before it is given one.</summary>
    [JsonPropertyName("position")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public required string? Position { get; init; }

    /// <summary>What it states.</summary>
    [JsonPropertyName("data")]
    public required JsonNode Data { get; init; }

    /// <summary>The type of an event, with its version.</summary>
    public static string TypeOf(LoggedEvent logged) => string.Create(CultureInfo.InvariantCulture, $"taskmanagement.{logged.Type}.v{logged.TypeVersion}");

    /// <summary>The event as the log keeps it.</summary>
    /// <param name="logged">The event.</param>
    /// <param name="source">What this installation calls itself.</param>
    public static CloudEvent From(LoggedEvent logged, string source) => new()
    {
        Id = logged.EventId.ToString(),
        Source = source,
        Type = TypeOf(logged),
        Subject = logged.StreamId.ToString(),
        Time = logged.OccurredAt,
        Sequence = logged.StreamVersion.ToString("D10", CultureInfo.InvariantCulture),
        Actor = logged.Actor,
        CorrelationId = logged.CorrelationId,
        CausationId = logged.CausationId.ToString(),
        TraceParent = logged.TraceParent,
        Position = logged.Position is { } position ? Positions.Format(position) : null,
        Data = JsonNode.Parse(logged.Payload)!,
    };
}
