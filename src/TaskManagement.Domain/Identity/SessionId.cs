using TaskManagement.Domain.Common;

namespace TaskManagement.Domain.Identity;

/// <summary>The id of a session.</summary>
/// <param name="Value">A UUID of version 7.</param>
public readonly record struct SessionId(Guid Value) : IEntityId<SessionId>, IComparable<SessionId>
{
    /// <inheritdoc />
    public static SessionId From(Guid value) => new(value);

    /// <summary>Reads a UUID in its canonical form of 36 characters.</summary>
    public static bool TryParse(string? text, out SessionId id)
    {
        var read = Uuids.TryParse(text, out var value);
        id = new(value);
        return read;
    }

    /// <inheritdoc />
    public int CompareTo(SessionId other) => Value.CompareTo(other.Value);

    /// <summary>Orders by UUID.</summary>
    public static bool operator <(SessionId left, SessionId right) => left.CompareTo(right) < 0;

    /// <summary>Orders by UUID.</summary>
    public static bool operator >(SessionId left, SessionId right) => left.CompareTo(right) > 0;

    /// <summary>Orders by UUID.</summary>
    public static bool operator <=(SessionId left, SessionId right) => left.CompareTo(right) <= 0;

    /// <summary>Orders by UUID.</summary>
    public static bool operator >=(SessionId left, SessionId right) => left.CompareTo(right) >= 0;

    /// <inheritdoc />
    public override string ToString() => Value.ToString();
}
