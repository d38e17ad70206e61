using MediatR;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Domain.Identity.Events;

namespace TaskManagement.Application.Accounts.Reactions;

/// <summary>Welcomes a person as soon as their address is confirmed.</summary>
[Subscription("mail-welcome", AfterDeadLetter = AfterDeadLetter.Continue)]
internal sealed class MailWelcome(AccountMail mail)
    : INotificationHandler<Committed<UserRegistrationSucceeded>>,
        INotificationHandler<Committed<UserConfirmationSucceeded>>
{
    public Task Handle(Committed<UserRegistrationSucceeded> notification, CancellationToken cancellationToken) =>
        notification.Event.IsConfirmed ? TellAsync(notification, notification.Event.UserId, cancellationToken) : Task.CompletedTask;

    public Task Handle(Committed<UserConfirmationSucceeded> notification, CancellationToken cancellationToken) =>
        notification.Event.IsChange ? Task.CompletedTask : TellAsync(notification, notification.Event.UserId, cancellationToken);

    private Task TellAsync<TEvent>(Committed<TEvent> committed, Guid person, CancellationToken cancellationToken)
        where TEvent : Domain.Common.IDomainEvent =>
        mail.TellAsync(committed, new(person), "Welcome", "Your account is ready: sign in with this address and your password.\n", cancellationToken);
}
