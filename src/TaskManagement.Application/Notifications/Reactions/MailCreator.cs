using MediatR;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Domain.Common;
using TaskManagement.Domain.Tasks;
using TaskManagement.Domain.Tasks.Events;

namespace TaskManagement.Application.Notifications.Reactions;

/// <summary>Tells the person who created a task what others do with it. Who is its assignee as well gets one message, as assignee or as the one before.</summary>
[Subscription("mail-creator", AfterDeadLetter = AfterDeadLetter.Continue)]
internal sealed class MailCreator(TaskMail mail, ITaskPeople tasks)
    : INotificationHandler<Committed<TaskAssigned>>,
        INotificationHandler<Committed<TaskCompleted>>,
        INotificationHandler<Committed<TaskReopened>>,
        INotificationHandler<Committed<TaskCancelled>>,
        INotificationHandler<Committed<TaskRescheduled>>
{
    public Task Handle(Committed<TaskAssigned> notification, CancellationToken cancellationToken) =>
        TellAsync(notification, notification.Event.TaskId, TaskNews.Taken, cancellationToken, notification.Event.PreviousAssigneeId);

    public Task Handle(Committed<TaskCompleted> notification, CancellationToken cancellationToken) =>
        TellAsync(notification, notification.Event.TaskId, TaskNews.Completed, cancellationToken);

    public Task Handle(Committed<TaskReopened> notification, CancellationToken cancellationToken) =>
        TellAsync(notification, notification.Event.TaskId, TaskNews.Reopened, cancellationToken);

    public Task Handle(Committed<TaskCancelled> notification, CancellationToken cancellationToken) =>
        TellAsync(notification, notification.Event.TaskId, TaskNews.Of(notification.Event), cancellationToken);

    public Task Handle(Committed<TaskRescheduled> notification, CancellationToken cancellationToken) =>
        TellAsync(notification, notification.Event.TaskId, TaskNews.Of(notification.Event), cancellationToken);

    private async Task TellAsync<TEvent>(
        Committed<TEvent> committed, TaskId task, TaskNews news, CancellationToken cancellationToken, UserId? alsoTold = null)
        where TEvent : IDomainEvent
    {
        if (await tasks.FindAsync(task, cancellationToken) is not { } heading || heading.CreatedBy.Person() is not { } creator || creator == alsoTold
            || creator == await tasks.FindAssigneeAsync(task, committed.Logged.StreamVersion, cancellationToken))
            return;
        await mail.TellAsync(committed, task, heading, creator, "you created the task", news, cancellationToken);
    }
}
