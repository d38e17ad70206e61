using MediatR;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Domain.Tasks.Events;

namespace TaskManagement.Application.Notifications.Reactions;

/// <summary>Tells a person of a task that others take from them.</summary>
[Subscription("mail-previous-assignee", AfterDeadLetter = AfterDeadLetter.Continue)]
internal sealed class MailPreviousAssignee(TaskMail mail)
    : INotificationHandler<Committed<TaskAssigned>>, INotificationHandler<Committed<TaskUnassigned>>
{
    public Task Handle(Committed<TaskAssigned> notification, CancellationToken cancellationToken) => mail.TellAsync(notification, Concern.PreviousAssignee, cancellationToken);

    public Task Handle(Committed<TaskUnassigned> notification, CancellationToken cancellationToken) => mail.TellAsync(notification, Concern.PreviousAssignee, cancellationToken);
}
