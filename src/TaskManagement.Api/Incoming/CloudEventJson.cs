using System.Globalization;
using System.Text.Json;
using TaskManagement.Api.Http;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Json;
using TaskManagement.Application.Incoming;
using TaskManagement.Domain.Incoming;
using TaskManagement.Domain.Incoming.Events;

namespace TaskManagement.Api.Incoming;

/// <summary>Reads the JSON format of CloudEvents 1.0: an event, or an array of them.</summary>
internal static class CloudEventJson
{
    private const string Data = "data";
    private const string DataBase64 = "data_base64";

    // An answer is for people to read.
    private const int MostErrors = 100;

    /// <summary>The one event of a body.</summary>
    public static async Task<IncomingCloudEvent> ReadOneAsync(Stream body, CancellationToken cancellationToken)
    {
        var errors = new List<RequestError>();
        var read = Read(await ParseAsync(body, wrappers: 1, cancellationToken), new(""), errors);
        return read ?? throw Malformed(errors);
    }

    /// <summary>All the events of a body.</summary>
    public static async Task<IReadOnlyList<IncomingCloudEvent>> ReadBatchAsync(Stream body, CancellationToken cancellationToken)
    {
        var batch = await ParseAsync(body, wrappers: 2, cancellationToken);
        if (batch.ValueKind != JsonValueKind.Array)
            throw new MalformedRequestException(new RequestError("json.not_an_array", "The body must be a JSON array.", Pointer: ""));
        var errors = new List<RequestError>();
        // One too many is enough to be refused.
        var read = batch.EnumerateArray().Take(ReceiveCloudEvents.MaxEvents + 1).Select((item, index) => Read(item, PlaceIn(index), errors)).ToList();
        return errors.Count == 0 ? [.. read.OfType<IncomingCloudEvent>()] : throw Malformed(errors);
    }

    /// <summary>Where in a batch an event is.</summary>
    public static CloudEventPlace PlaceIn(int index) => new(string.Create(CultureInfo.InvariantCulture, $"/{index}"));

    /// <summary>Parses JSON in which data is nested so many levels deep.</summary>
    /// <exception cref="MalformedRequestException">It is not well-formed, repeats members or is nested too deep.</exception>
    public static async Task<JsonElement> ParseAsync(Stream body, int wrappers, CancellationToken cancellationToken)
    {
        try
        {
            var options = new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = CloudEventData.MaxDepth + wrappers };
            using var document = await JsonDocument.ParseAsync(body, options, cancellationToken);
            EnsureUnicode(document.RootElement);
            return document.RootElement.Clone();
        }
        catch (JsonException exception)
        {
            throw new MalformedRequestException(new RequestError("json.malformed", $"The body is not well-formed JSON: {JsonBodies.Sentence(exception)}", Pointer: ""));
        }
        catch (InvalidOperationException)
        {
            throw new MalformedRequestException(new RequestError("json.malformed", "The body has a text that is not well-formed Unicode.", Pointer: ""));
        }
    }

    private static MalformedRequestException Malformed(IEnumerable<RequestError> errors) => new([.. errors.Take(MostErrors)]);

    private static IncomingCloudEvent? Read(JsonElement json, CloudEventPlace place, List<RequestError> errors)
    {
        var before = errors.Count;
        if (json.ValueKind != JsonValueKind.Object)
        {
            errors.Add(place.Of(new("json.not_an_object", "A CloudEvent is a JSON object.")));
            return null;
        }

        var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var member in json.EnumerateObject().Where(member => member.Name is not (Data or DataBase64) && member.Value.ValueKind != JsonValueKind.Null))
        {
            if (TextOf(member.Value) is { } text)
                attributes.Add(member.Name, text);
            else
                IsWrong(member.Name, "cloudevent.attribute_malformed", "An attribute is a text, a boolean or an integer of 32 bits.");
        }

        var data = Given(json, Data);
        var bytes = Given(json, DataBase64) is { } encoded ? BytesIn(encoded) : null;
        if (data is not null && bytes is not null)
            IsWrong(DataBase64, "cloudevent.two_data", "An event has data or data_base64, not both.");
        // What is missing is told of, unless it is there and wrong.
        var read = CloudEventAttributes.Read(attributes, data, bytes, (name, error) =>
        {
            if (Given(json, name) is null || attributes.ContainsKey(name))
                IsWrong(name, error.Code, error.Message);
        });
        return errors.Count == before ? read : null;

        string? BytesIn(JsonElement encoded)
        {
            if (encoded.ValueKind == JsonValueKind.String && encoded.TryGetBytesFromBase64(out var decoded))
                return Convert.ToBase64String(decoded);
            IsWrong(DataBase64, "cloudevent.data_malformed", "data_base64 is a text in Base64.");
            return null;
        }

        void IsWrong(string name, string code, string detail) => errors.Add(place.Of(new(code, detail, Pointer: "/" + JsonPointers.Escape(name))));
    }

    /// <summary>A member that is there and not null: those that are null count as absent.</summary>
    private static JsonElement? Given(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    /// <summary>The text that stands for the value of an attribute; null if no attribute has such a value.</summary>
    private static string? TextOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        JsonValueKind.Number when value.TryGetInt32(out var number) => number.ToString(CultureInfo.InvariantCulture),
        _ => null,
    };

    /// <summary>Texts are decoded only when they are asked for; one that can't be must not be found out later.</summary>
    private static void EnsureUnicode(JsonElement json)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.String:
                _ = json.GetString();
                break;
            case JsonValueKind.Array:
                foreach (var item in json.EnumerateArray())
                    EnsureUnicode(item);
                break;
            case JsonValueKind.Object:
                foreach (var member in json.EnumerateObject())
                {
                    _ = member.Name;
                    EnsureUnicode(member.Value);
                }

                break;
        }
    }
}
