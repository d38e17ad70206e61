using MediatR;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Domain.Identity.Events;

namespace TaskManagement.Application.Accounts.Reactions;

/// <summary>Mails the code that sets a password.</summary>
[Subscription("mail-password-reset", AfterDeadLetter = AfterDeadLetter.Continue)]
internal sealed class MailPasswordReset(AccountMail mail) : INotificationHandler<Committed<UserPasswordResetRequested>>
{
    public Task Handle(Committed<UserPasswordResetRequested> notification, CancellationToken cancellationToken) =>
        mail.SendCodeAsync(
            notification,
            notification.Event.CodeId,
            "Set a new password",
            secret => $"The code that sets a new password for your account is\n\n{secret}\n\nIt is good for an hour, once. If you did not ask for it, ignore this: your password stays as it is.\n",
            cancellationToken);
}
