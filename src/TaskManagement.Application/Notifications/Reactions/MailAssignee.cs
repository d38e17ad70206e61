using MediatR;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Domain.Tasks.Events;

namespace TaskManagement.Application.Notifications.Reactions;

/// <summary>Tells a person of a task that others assign to them, and of what others do with it from then on.</summary>
[Subscription("mail-assignee", AfterDeadLetter = AfterDeadLetter.Continue)]
internal sealed class MailAssignee(TaskMail mail)
    : INotificationHandler<Committed<TaskAssigned>>,
        INotificationHandler<Committed<TaskCompleted>>,
        INotificationHandler<Committed<TaskReopened>>,
        INotificationHandler<Committed<TaskCancelled>>,
        INotificationHandler<Committed<TaskRescheduled>>,
        INotificationHandler<Committed<TaskCommented>>
{
    public Task Handle(Committed<TaskAssigned> notification, CancellationToken cancellationToken) => mail.TellAsync(notification, Concern.Assignee, cancellationToken);

    public Task Handle(Committed<TaskCompleted> notification, CancellationToken cancellationToken) => mail.TellAsync(notification, Concern.Assignee, cancellationToken);

    public Task Handle(Committed<TaskReopened> notification, CancellationToken cancellationToken) => mail.TellAsync(notification, Concern.Assignee, cancellationToken);

    public Task Handle(Committed<TaskCancelled> notification, CancellationToken cancellationToken) => mail.TellAsync(notification, Concern.Assignee, cancellationToken);

    public Task Handle(Committed<TaskRescheduled> notification, CancellationToken cancellationToken) => mail.TellAsync(notification, Concern.Assignee, cancellationToken);

    public Task Handle(Committed<TaskCommented> notification, CancellationToken cancellationToken) => mail.TellAsync(notification, Concern.Assignee, cancellationToken);
}
