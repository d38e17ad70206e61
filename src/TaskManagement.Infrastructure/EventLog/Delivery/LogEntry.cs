using TaskManagement.Application.Common.EventLog;
using TaskManagement.Domain.Common;

namespace TaskManagement.Infrastructure.EventLog.Delivery;

/// <summary>An event in the log, read once for all subscriptions of this node.</summary>
/// <param name="logged">The event as the log keeps it.</param>
/// <param name="types">Reads what it states.</param>
internal sealed class LogEntry(LoggedEvent logged, EventTypes types)
{
    private IDomainEvent? _event;

    public LoggedEvent Logged => logged;

    public long Position { get; } = logged.Position!.Value;

    /// <summary>Its lane: a number that is the same for all events of its aggregate, on every node and for good.</summary>
    public int Lane { get; } = Lanes.Of(logged.StreamId);

    /// <summary>What happened.</summary>
    /// <exception cref="UnreadableEventException">This version of the service can't read it.</exception>
    // Two who read it at once each make one, and they are equal.
    public IDomainEvent Event => _event ??= types.Deserialize(logged);
}

/// <summary>Divides aggregates among the partitions of a subscription.</summary>
internal static class Lanes
{
    /// <summary>A number from 0 that depends on the id alone.</summary>
    public static int Of(Guid streamId)
    {
        // FNV-1a: the random parts of ids are not in the same place in all versions of UUIDs, so every byte has to count.
        Span<byte> bytes = stackalloc byte[16];
        streamId.TryWriteBytes(bytes, bigEndian: true, out _);
        var hash = 2166136261u;
        foreach (var value in bytes)
            hash = (hash ^ value) * 16777619u;
        return (int)(hash & int.MaxValue);
    }
}
