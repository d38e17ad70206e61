using TaskManagement.Domain.Common;

namespace TaskManagement.Domain.Tasks;

/// <summary>The id of a task.</summary>
/// <param name="Value">A UUID; version 7 where this service makes it.</param>
public readonly record struct TaskId(Guid Value) : IEntityId<TaskId>, IComparable<TaskId>
{
    /// <summary>A new UUIDv7.</summary>
    public static TaskId New() => new(Guid.CreateVersion7());

    /// <inheritdoc />
    public static TaskId From(Guid value) => new(value);

    /// <summary>Reads a UUID in its canonical form of 36 characters.</summary>
    public static bool TryParse(string? text, out TaskId id)
    {
        var read = Uuids.TryParse(text, out var value);
        id = new(value);
        return read;
    }

    /// <inheritdoc />
    public int CompareTo(TaskId other) => Value.CompareTo(other.Value);

    /// <summary>Orders by UUID.</summary>
    public static bool operator <(TaskId left, TaskId right) => left.CompareTo(right) < 0;

    /// <summary>Orders by UUID.</summary>
    public static bool operator >(TaskId left, TaskId right) => left.CompareTo(right) > 0;

    /// <summary>Orders by UUID.</summary>
    public static bool operator <=(TaskId left, TaskId right) => left.CompareTo(right) <= 0;

    /// <summary>Orders by UUID.</summary>
    public static bool operator >=(TaskId left, TaskId right) => left.CompareTo(right) >= 0;

    /// <inheritdoc />
    public override string ToString() => Value.ToString();
}

/// <summary>The id of a comment on a task.</summary>
/// <param name="Value">A UUID; version 7 where this service makes it.</param>
public readonly record struct CommentId(Guid Value) : IEntityId<CommentId>, IComparable<CommentId>
{
    /// <summary>A new UUIDv7.</summary>
    public static CommentId New() => new(Guid.CreateVersion7());

    /// <inheritdoc />
    public static CommentId From(Guid value) => new(value);

    /// <inheritdoc />
    public int CompareTo(CommentId other) => Value.CompareTo(other.Value);

    /// <summary>Orders by UUID.</summary>
    public static bool operator <(CommentId left, CommentId right) => left.CompareTo(right) < 0;

    /// <summary>Orders by UUID.</summary>
    public static bool operator >(CommentId left, CommentId right) => left.CompareTo(right) > 0;

    /// <summary>Orders by UUID.</summary>
    public static bool operator <=(CommentId left, CommentId right) => left.CompareTo(right) <= 0;

    /// <summary>Orders by UUID.</summary>
    public static bool operator >=(CommentId left, CommentId right) => left.CompareTo(right) >= 0;

    /// <inheritdoc />
    public override string ToString() => Value.ToString();
}

/// <summary>The id of a person to whom tasks are assigned.</summary>
/// <param name="Value">A UUID.</param>
public readonly record struct UserId(Guid Value) : IEntityId<UserId>, IComparable<UserId>
{
    /// <inheritdoc />
    public static UserId From(Guid value) => new(value);

    /// <summary>Reads a UUID in its canonical form of 36 characters.</summary>
    public static bool TryParse(string? text, out UserId id)
    {
        var read = Uuids.TryParse(text, out var value);
        id = new(value);
        return read;
    }

    /// <inheritdoc />
    public int CompareTo(UserId other) => Value.CompareTo(other.Value);

    /// <summary>Orders by UUID.</summary>
    public static bool operator <(UserId left, UserId right) => left.CompareTo(right) < 0;

    /// <summary>Orders by UUID.</summary>
    public static bool operator >(UserId left, UserId right) => left.CompareTo(right) > 0;

    /// <summary>Orders by UUID.</summary>
    public static bool operator <=(UserId left, UserId right) => left.CompareTo(right) <= 0;

    /// <summary>Orders by UUID.</summary>
    public static bool operator >=(UserId left, UserId right) => left.CompareTo(right) >= 0;

    /// <inheritdoc />
    public override string ToString() => Value.ToString();
}
