using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace TaskManagement.Api.Incoming;

/// <summary>A CloudEvent 1.0 in its JSON format. Further members are its extensions: texts, booleans or integers.</summary>
// Read by CloudEventJson; this class gives it its schema.
internal sealed record CloudEventDocument
{
    /// <summary>1.0.</summary>
    [JsonPropertyName("specversion")]
    public required string SpecVersion { get; init; }

    /// <summary>What its source calls it; it is taken in once.</summary>
    [JsonPropertyName("id")]
    public required string Id { get; init; }

    /// <summary>Where it comes from: a URI-reference.</summary>
    [JsonPropertyName("source")]
    public required string Source { get; init; }

    /// <summary>What kind of occurrence it is.</summary>
    [JsonPropertyName("type")]
    public required string Type { get; init; }

    /// <summary>What of its source it is about.</summary>
    [JsonPropertyName("subject")]
    public string? Subject { get; init; }

    /// <summary>When it happened, in RFC 3339.</summary>
    [JsonPropertyName("time")]
    public DateTimeOffset? Time { get; init; }

    /// <summary>The media type of its data; JSON if absent.</summary>
    [JsonPropertyName("datacontenttype")]
    public string? DataContentType { get; init; }

    /// <summary>The absolute URI of the schema of its data.</summary>
    [JsonPropertyName("dataschema")]
    public string? DataSchema { get; init; }

    /// <summary>What it says: JSON, or a text.</summary>
    [JsonPropertyName("data")]
    public JsonNode? Data { get; init; }

    /// <summary>Instead of data: bytes, in Base64.</summary>
    [JsonPropertyName("data_base64")]
    public string? DataBase64 { get; init; }
}
