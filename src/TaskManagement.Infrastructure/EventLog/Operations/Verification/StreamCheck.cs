using TaskManagement.Application.Common.EventLog;
using TaskManagement.Application.Operations;
using TaskManagement.Domain.Common;

namespace TaskManagement.Infrastructure.EventLog.Operations.Verification;

/// <summary>Sees that the events of one stream are all there, can be read, and were given positions in the order of their versions.</summary>
/// <param name="subject">The stream in words.</param>
/// <param name="types">Reads what events state.</param>
/// <param name="findings">Takes what is wrong.</param>
internal sealed class StreamCheck(string subject, EventTypes types, Findings findings)
{
    private long _version;
    private long? _position = 0;

    /// <summary>Whether every event so far was there and could be read.</summary>
    public bool IsWhole { get; private set; } = true;

    /// <summary>What the next event states; null if that can't be read.</summary>
    public IDomainEvent? Take(LoggedEvent logged)
    {
        if (logged.StreamVersion != _version + 1)
        {
            IsWhole = false;
            findings.Add(
                DifferenceKind.MissingEvents, subject, $"The events of {subject} go from version {_version} to {logged.StreamVersion}: those between were deleted from the log.");
        }

        if (logged.Position is { } position && !(position > _position))
            findings.Add(DifferenceKind.WrongOrder, subject, $"Event {logged.StreamVersion} of {subject} has position {position}, and the one before it {_position?.ToString(provider: null) ?? "none"}.");
        (_version, _position) = (logged.StreamVersion, logged.Position);
        try
        {
            return types.Deserialize(logged);
        }
        catch (UnreadableEventException unreadable)
        {
            AddUnreadable(logged, unreadable);
            return null;
        }
    }

    /// <summary>Notes that an event can't be what happened next.</summary>
    public void AddUnreadable(LoggedEvent logged, Exception why)
    {
        IsWhole = false;
        findings.Add(DifferenceKind.UnreadableEvent, subject, $"Event {logged.StreamVersion} of {subject} can't be read: {why.Message}");
    }
}
