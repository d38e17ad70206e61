using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using TaskManagement.Application.Common;
using TaskManagement.Domain.Tasks;

namespace TaskManagement.Application.Notifications;

/// <summary>What people find in their lists of notifications: what is of tasks that they are shown. The others are left out, and not counted either.</summary>
internal static class Inboxes
{
    private static readonly Expression<Func<InboxEntry, NotificationDto>> Dto = entry => new NotificationDto
    {
        Id = entry.Notification.Id,
        Kind = entry.Notification.Kind,
        Because = entry.Notification.Because,
        Task = new NotifiedTaskDto(entry.Task.Id.Value, entry.Task.Key, entry.Task.Title),
        CommentId = entry.Notification.CommentId == null ? (Guid?)null : entry.Notification.CommentId.Value.Value,
        Actor = entry.Notification.Actor.Value,
        EventId = entry.Notification.EventId,
        At = entry.Notification.At,
        ReadAt = entry.Notification.ReadAt,
        Position = entry.Notification.Position,
    };

    /// <summary>A person's notifications.</summary>
    public static IQueryable<InboxEntry> InboxOf(this IReadDatabase database, UserId person) =>
        from notification in database.Notifications
        join task in database.Tasks on notification.TaskId equals task.Id
        where notification.PersonId == person && task.DeletedAt == null
        select new InboxEntry { Notification = notification, Task = task };

    /// <summary>Those that are not read.</summary>
    public static IQueryable<InboxEntry> Unread(this IQueryable<InboxEntry> inbox) => inbox.Where(entry => entry.Notification.ReadAt == null);

    /// <summary>As their person sees them.</summary>
    public static IQueryable<NotificationDto> ToDtos(this IQueryable<InboxEntry> inbox) => inbox.Select(Dto);

    /// <summary>One of them.</summary>
    /// <exception cref="NotFoundException">It is not among them.</exception>
    public static async Task<NotificationDto> GetAsync(this IQueryable<InboxEntry> inbox, Guid id, CancellationToken cancellationToken) =>
        await inbox.Where(entry => entry.Notification.Id == id).ToDtos().SingleOrDefaultAsync(cancellationToken) ?? throw new NotFoundException("notification", id);
}

/// <summary>A notification, and its task.</summary>
internal sealed class InboxEntry
{
    public required Notification Notification { get; init; }

    public required TaskItem Task { get; init; }
}
