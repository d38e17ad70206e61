using System.Text.Json.Nodes;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Domain.Common;
using TaskManagement.Domain.Tasks;

namespace TaskManagement.Infrastructure.IntegrationTests.EventShapes;

/// <summary>An event that has had three shapes. It began with one name of a person and a number of hours as text.</summary>
[EventType("sample.measured", 3)]
internal sealed record SampleMeasured(TaskId TaskId, Change<int?> Minutes, IReadOnlyList<string> People, string? Note) : DomainEvent;

/// <summary>Version 2 counts minutes, before and after.</summary>
internal sealed class SampleMeasuredV1 : IUpcaster
{
    public string EventType => "sample.measured";

    public int FromVersion => 1;

    public JsonObject Upcast(JsonObject payload)
    {
        payload["minutes"] = new JsonObject { ["before"] = null, ["after"] = 60 * int.Parse(payload["hours"]!.GetValue<string>(), null) };
        payload.Remove("hours");
        return payload;
    }
}

/// <summary>Version 3 names several people, and has a note.</summary>
internal sealed class SampleMeasuredV2 : IUpcaster
{
    public string EventType => "sample.measured";

    public int FromVersion => 2;

    public JsonObject Upcast(JsonObject payload) => new()
    {
        ["taskId"] = payload["taskId"]?.DeepClone(),
        ["minutes"] = payload["minutes"]?.DeepClone(),
        ["people"] = new JsonArray(payload["person"]?.DeepClone()),
        ["note"] = null,
    };
}

internal static class Logged
{
    public static readonly Guid EventId = new("0198f5e2-9b40-7c15-8e2d-000000000001");
    public static readonly DateTimeOffset OccurredAt = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>An event as the log keeps it.</summary>
    public static LoggedEvent Of(string type, int version, string payload) => new(
        EventId, type.Split('.')[0], Guid.CreateVersion7(), 1, type, version, payload, "user:tester", "tests", Guid.CreateVersion7(), null, 0, OccurredAt, 1);
}
