using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using TaskManagement.Infrastructure.EventLog;

namespace TaskManagement.Infrastructure.IntegrationTests.EventShapes;

/// <summary>
/// A folder with a file for each version that an event ever had, such as task.completed.v1.json: its shape, and payloads of that shape.
/// What is written in it is what logs out there hold, so it is added to and never changed.
/// </summary>
internal sealed class ShapeBook(string folder)
{
    public const string Update = "TASKMANAGEMENT_UPDATE_DOCUMENTS";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private sealed record Entry(JsonObject Shape, JsonArray Payloads);

    /// <summary>What is wrong with these events, going by the book.</summary>
    public IReadOnlyList<string> Faults(EventTypes types) =>
    [
        .. types.All.OrderBy(type => type.Value.Name, StringComparer.Ordinal).SelectMany(type =>
            FaultsOfNewest(type.Key, type.Value.Name, type.Value.Version, types)
                .Concat(Enumerable.Range(1, type.Value.Version - 1).SelectMany(version => FaultsOfOlder(type.Value.Name, version, types)))),
        .. Directory.EnumerateFiles(folder, "*.json").Select(file => Path.GetFileName(file))
            .Except(types.All.Values.SelectMany(type => Enumerable.Range(1, type.Version).Select(version => NameOf(type.Name, version))))
            .Order(StringComparer.Ordinal)
            .Select(file => $"{file} is of no event that there is. Logs hold such events, so their class must stay, with a version that is no lower."),
    ];

    /// <summary>Writes a page for each version that is new, with samples, and adds what a page may be added: further words of an enum.</summary>
    public void Add(EventTypes types)
    {
        foreach (var (type, name) in types.All)
        {
            var shape = EventShape.Of(type);
            var known = Read(name.Name, name.Version);
            if (known is null || IsExtension(known.Shape, shape))
                Write(name.Name, name.Version, new(shape, known?.Payloads ?? SamplePayloads.Of(shape)));
        }
    }

    private List<string> FaultsOfNewest(Type type, string name, int version, EventTypes types)
    {
        if (Read(name, version) is not { } entry)
            return [$"{name} version {version} has no {NameOf(name, version)}. Run this test with {Update}=1, review the file it writes and commit it."];
        var faults = new List<string>();
        var (was, now) = (LinesOf(entry.Shape), LinesOf(EventShape.Of(type)));
        if (IsExtension(entry.Shape, EventShape.Of(type)))
        {
            faults.Add($"{name} version {version} has further words. Run this test with {Update}=1 and commit {NameOf(name, version)}.");
        }
        else if (!was.SequenceEqual(now))
        {
            faults.Add(
                $"The shape of {type.Name} changed, and its version did not. {string.Join(' ', was.Except(now).Select(line => $"Was: {line}.").Concat(now.Except(was).Select(line => $"Is: {line}.")))} "
                + $"Make it [EventType(\"{name}\", {version + 1})], add an IUpcaster from version {version}, and run this test with {Update}=1 (see docs/extend.md).");
            return faults;
        }

        faults.AddRange(FaultsOfPayloads(name, version, entry));
        foreach (var payload in entry.Payloads)
        {
            if (Try(name, version, payload, types, faults) is { } read && !JsonNode.DeepEquals(payload, JsonNode.Parse(read)))
                faults.Add($"{name} version {version} is read and written again as {read} instead of {payload!.ToJsonString()}.");
        }

        return faults;
    }

    private List<string> FaultsOfOlder(string name, int version, EventTypes types)
    {
        if (Read(name, version) is not { } entry)
            return [$"{NameOf(name, version)} is missing. Logs hold events of that version, so the file must stay."];
        var faults = FaultsOfPayloads(name, version, entry).ToList();
        foreach (var payload in entry.Payloads)
            Try(name, version, payload, types, faults);
        return faults;
    }

    private static IEnumerable<string> FaultsOfPayloads(string name, int version, Entry entry) =>
        SamplePayloads.Omitted(entry.Shape, [.. entry.Payloads]).Select(omitted => $"In {NameOf(name, version)}, {omitted}.");

    private static string? Try(string name, int version, JsonNode? payload, EventTypes types, List<string> faults)
    {
        try
        {
            return EventTypes.Serialize(types.Deserialize(Logged.Of(name, version, payload!.ToJsonString())));
        }
        catch (UnreadableEventException unreadable)
        {
            faults.Add(unreadable.Message);
            return null;
        }
    }

    /// <summary>Whether a shape differs from what was recorded in further words only, so that all that was written can still be read.</summary>
    private static bool IsExtension(JsonObject recorded, JsonObject shape)
    {
        var (was, now) = (LinesOf(recorded), LinesOf(shape));
        return was.Count == now.Count && !was.SequenceEqual(now) && was.Zip(now).All(pair => pair.First == pair.Second || HasFurtherWords(pair.First, pair.Second));
    }

    /// <summary>The order of members says nothing.</summary>
    private static List<string> LinesOf(JsonObject shape) => [.. EventShape.Lines(shape).Order(StringComparer.Ordinal)];

    private static bool HasFurtherWords(string was, string now)
    {
        var (before, after) = (was.Split(EventShape.Words), now.Split(EventShape.Words));
        return (before, after) is ([var name, var words], [var sameName, var moreWords]) && name == sameName
            && !words.Split(", ").Except(moreWords.Split(", ")).Any();
    }

    private static string NameOf(string name, int version) => string.Create(CultureInfo.InvariantCulture, $"{name}.v{version}.json");

    private Entry? Read(string name, int version)
    {
        var file = Path.Combine(folder, NameOf(name, version));
        if (!File.Exists(file))
            return null;
        var page = JsonNode.Parse(File.ReadAllText(file))!;
        return new(page["shape"]!.AsObject(), page["payloads"]!.AsArray());
    }

    private void Write(string name, int version, Entry entry) => File.WriteAllText(
        Path.Combine(folder, NameOf(name, version)),
        new JsonObject { ["shape"] = entry.Shape.DeepClone(), ["payloads"] = entry.Payloads.DeepClone() }.ToJsonString(Indented) + "\n");
}
