using MediatR;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Domain.Identity.Events;

namespace TaskManagement.Application.Accounts.Reactions;

/// <summary>Tells the owner of an address that someone tried to register with it. Who tried is told nothing.</summary>
[Subscription("mail-known-address", AfterDeadLetter = AfterDeadLetter.Continue)]
internal sealed class MailKnownAddress(AccountMail mail) : INotificationHandler<Committed<UserRegistrationFailed>>
{
    public Task Handle(Committed<UserRegistrationFailed> notification, CancellationToken cancellationToken) =>
        notification.Event.ExistingUserId is { } owner
            ? mail.TellAsync(
                notification,
                new(owner),
                "You have an account already",
                "Someone asked for an account with this address, which has one already. If it was you, sign in, or ask for a new password.\n",
                cancellationToken)
            : Task.CompletedTask;
}
