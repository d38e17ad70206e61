using TaskManagement.Domain.Common;

namespace TaskManagement.Domain.Projects;

/// <summary>The id of a project.</summary>
/// <param name="Value">A UUID; version 7 where this service makes it.</param>
public readonly record struct ProjectId(Guid Value) : IEntityId<ProjectId>, IComparable<ProjectId>
{
    /// <summary>A new UUIDv7.</summary>
    public static ProjectId New() => new(Guid.CreateVersion7());

    /// <inheritdoc />
    public static ProjectId From(Guid value) => new(value);

    /// <summary>Reads a UUID in its canonical form of 36 characters.</summary>
    public static bool TryParse(string? text, out ProjectId id)
    {
        var read = Uuids.TryParse(text, out var value);
        id = new(value);
        return read;
    }

    /// <inheritdoc />
    public int CompareTo(ProjectId other) => Value.CompareTo(other.Value);

    /// <summary>Orders by UUID.</summary>
    public static bool operator <(ProjectId left, ProjectId right) => left.CompareTo(right) < 0;

    /// <summary>Orders by UUID.</summary>
    public static bool operator >(ProjectId left, ProjectId right) => left.CompareTo(right) > 0;

    /// <summary>Orders by UUID.</summary>
    public static bool operator <=(ProjectId left, ProjectId right) => left.CompareTo(right) <= 0;

    /// <summary>Orders by UUID.</summary>
    public static bool operator >=(ProjectId left, ProjectId right) => left.CompareTo(right) >= 0;

    /// <inheritdoc />
    public override string ToString() => Value.ToString();
}
