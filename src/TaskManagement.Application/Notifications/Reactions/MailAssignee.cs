using MediatR;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Domain.Common;
using TaskManagement.Domain.Tasks;
using TaskManagement.Domain.Tasks.Events;

namespace TaskManagement.Application.Notifications.Reactions;

/// <summary>Tells a person of a task that others assign to them, and of what others do with it from then on.</summary>
[Subscription("mail-assignee", AfterDeadLetter = AfterDeadLetter.Continue)]
internal sealed class MailAssignee(TaskMail mail, ITaskPeople tasks)
    : INotificationHandler<Committed<TaskAssigned>>,
        INotificationHandler<Committed<TaskCompleted>>,
        INotificationHandler<Committed<TaskReopened>>,
        INotificationHandler<Committed<TaskCancelled>>,
        INotificationHandler<Committed<TaskRescheduled>>
{
    public Task Handle(Committed<TaskAssigned> notification, CancellationToken cancellationToken) =>
        TellAsync(notification, notification.Event.TaskId, notification.Event.AssigneeId, TaskNews.Assigned, cancellationToken);

    public Task Handle(Committed<TaskCompleted> notification, CancellationToken cancellationToken) =>
        TellAsync(notification, notification.Event.TaskId, notification.Event.AssigneeId, TaskNews.Completed, cancellationToken);

    public Task Handle(Committed<TaskReopened> notification, CancellationToken cancellationToken) =>
        TellAsync(notification, notification.Event.TaskId, TaskNews.Reopened, cancellationToken);

    public Task Handle(Committed<TaskCancelled> notification, CancellationToken cancellationToken) =>
        TellAsync(notification, notification.Event.TaskId, TaskNews.Of(notification.Event), cancellationToken);

    public Task Handle(Committed<TaskRescheduled> notification, CancellationToken cancellationToken) =>
        TellAsync(notification, notification.Event.TaskId, TaskNews.Of(notification.Event), cancellationToken);

    private async Task TellAsync<TEvent>(Committed<TEvent> committed, TaskId task, TaskNews news, CancellationToken cancellationToken)
        where TEvent : IDomainEvent =>
        await TellAsync(
            committed, task, await tasks.FindAssigneeAsync(task, committed.Logged.StreamVersion, cancellationToken), news, cancellationToken);

    private Task TellAsync<TEvent>(Committed<TEvent> committed, TaskId task, UserId? assignee, TaskNews news, CancellationToken cancellationToken)
        where TEvent : IDomainEvent =>
        mail.TellAsync(committed, task, assignee, "the task is assigned to you", news, cancellationToken);
}
