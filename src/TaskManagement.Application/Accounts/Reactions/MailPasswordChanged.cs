using MediatR;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Domain.Identity.Events;

namespace TaskManagement.Application.Accounts.Reactions;

/// <summary>Tells a person that their password was changed, so that they see it if it was not they.</summary>
[Subscription("mail-password-changed", AfterDeadLetter = AfterDeadLetter.Continue)]
internal sealed class MailPasswordChanged(AccountMail mail)
    : INotificationHandler<Committed<UserPasswordChangeSucceeded>>,
        INotificationHandler<Committed<UserPasswordResetSucceeded>>
{
    public Task Handle(Committed<UserPasswordChangeSucceeded> notification, CancellationToken cancellationToken) =>
        TellAsync(notification, notification.Event.UserId, cancellationToken);

    public Task Handle(Committed<UserPasswordResetSucceeded> notification, CancellationToken cancellationToken) =>
        TellAsync(notification, notification.Event.UserId, cancellationToken);

    private Task TellAsync<TEvent>(Committed<TEvent> committed, Guid person, CancellationToken cancellationToken)
        where TEvent : Domain.Common.IDomainEvent =>
        mail.TellAsync(
            committed,
            new(person),
            "Your password was changed",
            "Your password was changed, and all sessions have ended. If it was not you, ask for a new password and tell your administrator.\n",
            cancellationToken);
}
