namespace TaskManagement.Domain.Common;

/// <summary>
/// The name and version under which an event is stored and published, independent of its class name.
/// Names are unique and never change; a new shape gets a new version. Checked at start-up.
/// </summary>
/// <param name="name">Aggregate and fact in lower snake_case, such as <c>task.status_changed</c>.</param>
/// <param name="version">The version of the event's shape, from 1.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class EventTypeAttribute(string name, int version) : Attribute
{
    /// <summary>Aggregate and fact in lower snake_case.</summary>
    public string Name { get; } = name;

    /// <summary>The version of the event's shape, from 1.</summary>
    public int Version { get; } = version;
}
