using TaskManagement.Domain.Common;

namespace TaskManagement.Domain.Tasks;

/// <summary>A label of a task: 1–50 characters, compared without case. A task has at most 50.</summary>
public sealed class TaskLabel : IEquatable<TaskLabel>
{
    /// <summary>The longest label, in Unicode code points.</summary>
    public const int MaxLength = 50;

    /// <summary>The most labels of one task.</summary>
    public const int MaxPerTask = 50;

    /// <summary>What a label may hold.</summary>
    public static readonly TextRule Rule = new("label", MaxLength);

    private TaskLabel(string name)
    {
        Name = name;
        Key = KeyOf(name);
    }

    /// <summary>The label as it was written.</summary>
    public string Name { get; private set; }

    /// <summary>The label without case, by which labels are compared and found.</summary>
    public string Key { get; private set; }

    /// <summary>Makes a label of a text.</summary>
    /// <exception cref="InvalidValueException">The text breaks the <see cref="Rule"/>.</exception>
    public static TaskLabel From(string? text) => new(Rule.Accept(text));

    /// <summary>The label that an event tells of: what once was admitted stays what it is, whatever the rule says now.</summary>
    internal static TaskLabel Recorded(string name) => new(name);

    /// <summary>The key of a label of this name.</summary>
    public static string KeyOf(string name) => name.Trim().ToUpperInvariant();

    /// <inheritdoc />
    public bool Equals(TaskLabel? other) => other is not null && string.Equals(Key, other.Key, StringComparison.Ordinal);

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as TaskLabel);

    /// <inheritdoc />
    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(Key);

    /// <inheritdoc />
    public override string ToString() => Name;
}
