using MediatR;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Domain.Tasks.Events;

namespace TaskManagement.Application.Notifications.Reactions;

/// <summary>Tells the person who created a task what others do with it. Who is its assignee as well, or mentioned, gets one message, and not this one.</summary>
[Subscription("mail-creator", AfterDeadLetter = AfterDeadLetter.Continue)]
internal sealed class MailCreator(TaskMail mail)
    : INotificationHandler<Committed<TaskAssigned>>,
        INotificationHandler<Committed<TaskCompleted>>,
        INotificationHandler<Committed<TaskReopened>>,
        INotificationHandler<Committed<TaskCancelled>>,
        INotificationHandler<Committed<TaskRescheduled>>,
        INotificationHandler<Committed<TaskCommented>>
{
    public Task Handle(Committed<TaskAssigned> notification, CancellationToken cancellationToken) => mail.TellAsync(notification, Concern.Creator, cancellationToken);

    public Task Handle(Committed<TaskCompleted> notification, CancellationToken cancellationToken) => mail.TellAsync(notification, Concern.Creator, cancellationToken);

    public Task Handle(Committed<TaskReopened> notification, CancellationToken cancellationToken) => mail.TellAsync(notification, Concern.Creator, cancellationToken);

    public Task Handle(Committed<TaskCancelled> notification, CancellationToken cancellationToken) => mail.TellAsync(notification, Concern.Creator, cancellationToken);

    public Task Handle(Committed<TaskRescheduled> notification, CancellationToken cancellationToken) => mail.TellAsync(notification, Concern.Creator, cancellationToken);

    public Task Handle(Committed<TaskCommented> notification, CancellationToken cancellationToken) => mail.TellAsync(notification, Concern.Creator, cancellationToken);
}
