using System.Text.Json;
using TaskManagement.Domain.Common;

namespace TaskManagement.Domain.Incoming.Events;

/// <summary>A CloudEvent came in from outside. It states all that the CloudEvent did, as <see cref="CloudEventAttributes"/> admits it.</summary>
/// <param name="Id">What its source calls it; unique together with the source, and taken in once.</param>
/// <param name="Source">Where it comes from: a URI-reference.</param>
/// <param name="Type">What kind of occurrence it is, such as <c>com.example.build.failed</c>.</param>
/// <param name="Subject">What of its source it is about, or null.</param>
/// <param name="Time">When it happened, as its source has it, or null.</param>
/// <param name="DataContentType">The media type of its data, or null, which means JSON.</param>
/// <param name="DataSchema">The URI of the schema of its data, or null.</param>
/// <param name="Extensions">Its further attributes by name, each as text, whatever its type: <c>true</c>, <c>42</c>.</param>
/// <param name="Data">What it says: JSON, or a text if the media type is none of JSON. Null if it says nothing, or no text.</param>
/// <param name="DataBase64">What it says in bytes, in Base64; null if it says nothing, or a text.</param>
[EventType("cloud_event.received", 1)]
public sealed record IncomingCloudEvent(
    string Id,
    string Source,
    string Type,
    string? Subject,
    DateTimeOffset? Time,
    string? DataContentType,
    string? DataSchema,
    IReadOnlyDictionary<string, string> Extensions,
    JsonElement? Data,
    string? DataBase64) : DomainEvent;
