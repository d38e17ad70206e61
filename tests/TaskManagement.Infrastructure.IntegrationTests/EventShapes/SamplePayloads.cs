using System.Globalization;
using System.Text.Json.Nodes;

namespace TaskManagement.Infrastructure.IntegrationTests.EventShapes;

/// <summary>Payloads of a shape: one with every member set, then some in which what can be null is null.</summary>
internal static class SamplePayloads
{
    public static JsonArray Of(JsonObject shape)
    {
        var payloads = new List<JsonObject> { Make(shape, nullDepth: 0) };
        // What is deep can be null only where what holds it is not.
        for (var depth = 1; ; depth++)
        {
            var payload = Make(shape, depth);
            if (JsonNode.DeepEquals(payload, payloads[0]))
                return [.. payloads];
            payloads.Add(payload);
        }
    }

    /// <summary>What payloads leave out of a shape: members that are never set, and members that are never null and can be.</summary>
    public static IEnumerable<string> Omitted(JsonObject shape, IReadOnlyList<JsonNode?> payloads)
    {
        foreach (var (name, kind) in shape)
        {
            var values = payloads.Select(payload => payload?[name.TrimEnd('?')]).ToList();
            if (values.TrueForAll(value => value is null))
                yield return $"{name} is never set";
            if (name.EndsWith('?') && values.TrueForAll(value => value is not null))
                yield return $"{name} is never null";
            var inner = kind switch
            {
                JsonObject own => Omitted(own, [.. values.Where(value => value is not null)]),
                JsonArray array when array[0] is JsonObject element => Omitted(element, [.. values.OfType<JsonArray>().SelectMany(value => value)]),
                _ => [],
            };
            foreach (var omitted in inner)
                yield return $"{name}.{omitted}";
        }
    }

    private static JsonObject Make(JsonObject shape, int nullDepth)
    {
        var payload = new JsonObject();
        foreach (var (name, kind) in shape)
        {
            payload.Add(
                name.TrimEnd('?'),
                nullDepth == 1 && name.EndsWith('?') ? null : Value(name.TrimEnd('?'), kind!, nullDepth - 1, shape.IndexOf(name) + 1));
        }

        return payload;
    }

    private static JsonNode Value(string name, JsonNode kind, int nullDepth, int number) => kind switch
    {
        JsonObject shape => Make(shape, nullDepth),
        JsonArray array => new JsonArray(Value(name, array[0]!, nullDepth, number), Value(name, array[0]!, nullDepth, number + 1)),
        _ => kind.GetValue<string>() switch
        {
            "text" => string.Create(CultureInfo.InvariantCulture, $"{name} {number}"),
            "boolean" => true,
            "integer" => number,
            "number" => number + 0.5,
            "uuid" => $"0198f5e2-9b40-7c15-8e2d-{number:D12}",
            "time" => $"2026-03-01T12:00:{number:D2}.000Z",
            "date" => $"2026-03-{number:D2}",
            "duration" => $"00:{number:D2}:00",
            "actor" => "user:tester",
            "due date" => new JsonObject { ["dateTime"] = $"2026-12-{number:D2}T17:00:00", ["timeZone"] = "Europe/Madrid" },
            "JSON" => new JsonObject { [name] = new JsonArray(number, "text", true, null) },
            "texts by name" => new JsonObject { [$"{name}{number}"] = "text" },
            var words when words.StartsWith(EventShape.Words, StringComparison.Ordinal) => words.Split(", ")[^1],
            var other => throw new NotSupportedException($"There is no sample of {other}."),
        },
    };
}
