using System.Text.Json.Nodes;
using TaskManagement.Application.Common.EventLog;

namespace TaskManagement.Application.Tasks.Upcasters;

/// <summary>Version 2 states before and after in one member.</summary>
internal sealed class TaskEstimatedV1 : IUpcaster
{
    public string EventType => "task.estimated";

    public int FromVersion => 1;

    public JsonObject Upcast(JsonObject payload) => new()
    {
        ["taskId"] = payload["taskId"]?.DeepClone(),
        ["minutes"] = new JsonObject
        {
            ["before"] = payload["beforeMinutes"]?.DeepClone(),
            ["after"] = payload["afterMinutes"]?.DeepClone(),
        },
    };
}
