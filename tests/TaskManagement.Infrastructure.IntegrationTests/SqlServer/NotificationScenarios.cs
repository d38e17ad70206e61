using MediatR;
using Microsoft.Extensions.DependencyInjection;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Application.Common.Paging;
using TaskManagement.Application.Notifications;
using TaskManagement.Application.Notifications.Reactions;
using TaskManagement.Application.Tasks;
using TaskManagement.Domain.Tasks;
using TaskManagement.Domain.Tasks.Events;
using TaskManagement.Infrastructure.Notifications;

namespace TaskManagement.Infrastructure.IntegrationTests.SqlServer;

/// <summary>What comments, watchers and notifications do with the database.</summary>
internal static class NotificationScenarios
{
    private static readonly Guid Id = new("00000002-0000-0000-0000-000000000001");
    private static readonly UserId Person = new(new("00000003-0000-0000-0000-000000000002"));

    private static CannedRows Given => new CannedRows()
        .With("notifications", "kind", "mentioned")
        .With("notifications", "because", "watcher")
        .With("notifications", "position", 1L)
        .With("notification_preferences", "kind", "mentioned")
        .With("notification_preferences", "mail", false)
        .With("notification_preferences", "inbox", true)
        .With("task_watchers", "person_id", Person.Value);

    public static IEnumerable<Scenario> All()
    {
        var task = CannedRows.Task;
        yield return Query("comment", new CommentOnTask(task, $"@{Person} Why?"), Given) with { AppendsEvents = true };
        yield return Query("all", new ListTaskComments(task, 1), Given.Rows("task_comments", 2));
        yield return Query("anew", new WatchTask(task), Given.Rows("task_watchers", 0));
        yield return Query("no more", new UnwatchTask(task), Given);
        yield return Query("all", new ListTaskWatchers(task, 1), Given.Rows("task_watchers", 2));
        yield return Query("all", new ListNotifications(Limit: 1), Given.Rows("notifications", 2));
        yield return Query("unread", new ListNotifications(Unread: true), Given);
        yield return Query("read", new ListNotifications(Unread: false), Given);
        yield return Query("one", new MarkNotificationRead(Id), Given);
        yield return Query("one", new MarkNotificationUnread(Id), Given.With("notifications", "read_at", CannedRows.Time));
        yield return Query("all", new MarkNotificationsRead(Id), Given);
        yield return Query("all", new GetNotificationPreferences(), Given);
        yield return Query("differ", new ChangeNotificationPreferences(new() { Completed = new(new() { Inbox = new(false) }) }), Given);
        yield return Query("default", new ChangeNotificationPreferences(new() { Mentioned = new(null) }), Given);
        yield return new("Notify people", NotifyAsync, Given.Rows("notifications", 0).Rows("notification_preferences", 0).Rows("event_log", 0));
        yield return new("Delete old notifications", services => services.GetRequiredService<NotificationCleanup>().CleanAsync(default), Given);
    }

    private static Task<int> NotifyAsync(IServiceProvider services)
    {
        var commented = new TaskCommented(CannedRows.Task, CommentId.New(), "Why?", [Person, new(Guid.CreateVersion7())]);
        var logged = new LoggedEvent(
            commented.EventId, "task", CannedRows.Task.Value, 2, "task.commented", 1, "{}", "token:tests", "tests", Guid.CreateVersion7(), null, 0, TimeProvider.System.GetUtcNow(), 1);
        var committed = new Committed<TaskCommented>(commented, logged, new("notifications", 1, IsReplay: false));
        return services.GetRequiredService<IUnitOfWork>().ExecuteAsync(
            async cancellationToken =>
            {
                await services.GetRequiredService<NotifyPeople>().Handle(committed, cancellationToken);
                return 0;
            },
            default);
    }

    private static Scenario Query(string name, object request, CannedRows given) => new(
        $"{request.GetType().Name}: {name}",
        async services =>
        {
            var sender = services.GetRequiredService<ISender>();
            object? next = (request, await sender.Send(request)) switch
            {
                (ListTaskComments list, Page<TaskCommentDto> page) => list with { Cursor = page.NextCursor },
                (ListTaskWatchers list, Page<TaskWatcherDto> page) => list with { Cursor = page.NextCursor },
                (ListNotifications list, InboxDto { NextCursor: { } cursor }) => list with { Cursor = cursor },
                _ => null,
            };
            if (next is not null)
                await sender.Send(next);
        },
        given,
        request);
}
