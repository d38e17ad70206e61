using MediatR;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Domain.Tasks.Events;

namespace TaskManagement.Application.Notifications.Reactions;

/// <summary>Tells the people whom a comment mentions.</summary>
[Subscription("mail-mentioned", AfterDeadLetter = AfterDeadLetter.Continue)]
internal sealed class MailMentioned(TaskMail mail) : INotificationHandler<Committed<TaskCommented>>
{
    public Task Handle(Committed<TaskCommented> notification, CancellationToken cancellationToken) => mail.TellAsync(notification, Concern.Mentioned, cancellationToken);
}
