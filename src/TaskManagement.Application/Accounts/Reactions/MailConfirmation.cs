using MediatR;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Domain.Identity.Events;

namespace TaskManagement.Application.Accounts.Reactions;

/// <summary>Mails the code that confirms an address, to that address.</summary>
[Subscription("mail-confirmation", AfterDeadLetter = AfterDeadLetter.Continue)]
internal sealed class MailConfirmation(AccountMail mail)
    : INotificationHandler<Committed<UserRegistrationSucceeded>>,
        INotificationHandler<Committed<UserConfirmationRequested>>,
        INotificationHandler<Committed<UserEmailChangeRequested>>
{
    public Task Handle(Committed<UserRegistrationSucceeded> notification, CancellationToken cancellationToken) =>
        notification.Event.CodeId is { } code ? SendAsync(notification, code, cancellationToken) : Task.CompletedTask;

    public Task Handle(Committed<UserConfirmationRequested> notification, CancellationToken cancellationToken) =>
        SendAsync(notification, notification.Event.CodeId, cancellationToken);

    public Task Handle(Committed<UserEmailChangeRequested> notification, CancellationToken cancellationToken) =>
        SendAsync(notification, notification.Event.CodeId, cancellationToken);

    private Task SendAsync<TEvent>(Committed<TEvent> committed, Guid code, CancellationToken cancellationToken)
        where TEvent : Domain.Common.IDomainEvent =>
        mail.SendCodeAsync(
            committed,
            code,
            "Confirm your address",
            secret => $"The code that confirms this address for your account is\n\n{secret}\n\nIt is good for a day, once. If you asked for no account, ignore this.\n",
            cancellationToken);
}
