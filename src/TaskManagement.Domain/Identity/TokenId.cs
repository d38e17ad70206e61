using TaskManagement.Domain.Common;

namespace TaskManagement.Domain.Identity;

/// <summary>The id of an access token.</summary>
/// <param name="Value">A UUID; version 7 where this service makes it.</param>
public readonly record struct TokenId(Guid Value) : IEntityId<TokenId>, IComparable<TokenId>
{
    /// <summary>A new UUIDv7.</summary>
    public static TokenId New() => new(Guid.CreateVersion7());

    /// <inheritdoc />
    public static TokenId From(Guid value) => new(value);

    /// <summary>Reads a UUID in its canonical form of 36 characters.</summary>
    public static bool TryParse(string? text, out TokenId id)
    {
        var read = Uuids.TryParse(text, out var value);
        id = new(value);
        return read;
    }

    /// <inheritdoc />
    public int CompareTo(TokenId other) => Value.CompareTo(other.Value);

    /// <summary>Orders by UUID.</summary>
    public static bool operator <(TokenId left, TokenId right) => left.CompareTo(right) < 0;

    /// <summary>Orders by UUID.</summary>
    public static bool operator >(TokenId left, TokenId right) => left.CompareTo(right) > 0;

    /// <summary>Orders by UUID.</summary>
    public static bool operator <=(TokenId left, TokenId right) => left.CompareTo(right) <= 0;

    /// <summary>Orders by UUID.</summary>
    public static bool operator >=(TokenId left, TokenId right) => left.CompareTo(right) >= 0;

    /// <inheritdoc />
    public override string ToString() => Value.ToString();
}
