using TaskManagement.Application.Common;
using TaskManagement.Domain.Common;
using TaskManagement.Domain.Tasks;

namespace TaskManagement.Application.Notifications;

/// <summary>
/// What one person is told of one event of a task. It holds ids and nothing of what the task says: that is read with it, by those who may see it then.
/// </summary>
public sealed class Notification
{
    private Notification()
    {
    }

    /// <summary>The id; the same for the same event and person.</summary>
    public Guid Id { get; private set; }

    /// <summary>The person.</summary>
    public UserId PersonId { get; private set; }

    /// <summary>The place of the event in the log, by which notifications are ordered.</summary>
    public long Position { get; private set; }

    /// <summary>What it tells of.</summary>
    public NotificationKind Kind { get; private set; }

    /// <summary>Why this person is told.</summary>
    public Concern Because { get; private set; }

    /// <summary>The event.</summary>
    public Guid EventId { get; private set; }

    /// <summary>The task.</summary>
    public TaskId TaskId { get; private set; }

    /// <summary>The comment, or null.</summary>
    public CommentId? CommentId { get; private set; }

    /// <summary>Who caused the event.</summary>
    public ActorId Actor { get; private set; }

    /// <summary>When that was, in UTC.</summary>
    public DateTimeOffset At { get; private set; }

    /// <summary>When the person read it, in UTC, or null.</summary>
    public DateTimeOffset? ReadAt { get; private set; }

    /// <summary>The id of what a person is told of an event.</summary>
    public static Guid IdOf(Guid eventId, UserId person) => NamedIds.Of("notification", $"{eventId}:{person}");

    internal static Notification Of(Told told, Common.EventLog.LoggedEvent logged, CommentId? comment) => new()
    {
        Id = IdOf(logged.EventId, told.Person),
        PersonId = told.Person,
        Position = logged.Position!.Value,
        Kind = told.Kind,
        Because = told.Concern,
        EventId = logged.EventId,
        TaskId = new(logged.StreamId),
        CommentId = comment,
        Actor = new(logged.Actor),
        At = logged.OccurredAt,
    };

    internal void MarkRead(DateTimeOffset at) => ReadAt ??= at;

    internal void MarkUnread() => ReadAt = null;
}
