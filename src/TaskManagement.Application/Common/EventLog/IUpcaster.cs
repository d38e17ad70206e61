using System.Text.Json.Nodes;

namespace TaskManagement.Application.Common.EventLog;

/// <summary>
/// Brings what an event stated in one version of its shape into the next. The log keeps every event as it was written; upcasters read it in
/// a chain, from whatever version it has up to that of the class. They are found by scanning, have no parameters and keep no state,
/// and the start fails if the chain of an event has a gap.
/// </summary>
public interface IUpcaster
{
    /// <summary>The stable name of the event, such as <c>task.completed</c>.</summary>
    string EventType { get; }

    /// <summary>The version that it takes; it gives the next.</summary>
    int FromVersion { get; }

    /// <summary>What the event states, in the next version. The payload given may be changed and returned.</summary>
    JsonObject Upcast(JsonObject payload);
}
