using TaskManagement.Domain.Common;

namespace TaskManagement.Application.Common;

/// <summary>A representation with a version, which is its entity tag as well.</summary>
public interface IVersioned
{
    /// <summary>The number of events in the history of what is represented.</summary>
    long Version { get; }
}

/// <summary>What callers expect of versions.</summary>
public static class Versions
{
    /// <summary>The aggregate itself, if it has the version that the caller named, or the caller named none.</summary>
    /// <exception cref="VersionMismatchException">It has another.</exception>
    public static T AtVersion<T>(this T aggregate, long? expected)
        where T : AggregateRoot =>
        expected is null || aggregate.Version == expected ? aggregate : throw new VersionMismatchException(expected.Value, aggregate.Version);
}
