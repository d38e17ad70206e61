namespace TaskManagement.Domain.Common;

/// <summary>An id that cannot be mistaken for another aggregate's.</summary>
/// <typeparam name="TSelf">The id type itself.</typeparam>
public interface IEntityId<TSelf>
    where TSelf : struct, IEntityId<TSelf>
{
    /// <summary>The underlying UUID.</summary>
    Guid Value { get; }

    /// <summary>Wraps a UUID.</summary>
    static abstract TSelf From(Guid value);
}

internal static class Uuids
{
    /// <summary>Reads a UUID in its canonical form of 36 characters. <see cref="Guid"/> alone would take space around it, and signs within it.</summary>
    public static bool TryParse(string? text, out Guid value) =>
        Guid.TryParseExact(text, "D", out value) && string.Equals(value.ToString(), text, StringComparison.OrdinalIgnoreCase);
}
