using MediatR;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Domain.Identity.Events;

namespace TaskManagement.Application.Accounts.Reactions;

/// <summary>Mails the code of an invitation to who is invited.</summary>
[Subscription("mail-invitation", AfterDeadLetter = AfterDeadLetter.Continue)]
internal sealed class MailInvitation(AccountMail mail) : INotificationHandler<Committed<UserInvited>>
{
    public Task Handle(Committed<UserInvited> notification, CancellationToken cancellationToken) =>
        mail.SendCodeAsync(
            notification,
            notification.Event.InvitationId,
            "Your invitation",
            secret => $"You are invited to register. The code of your invitation is\n\n{secret}\n\nIt is good for seven days, once, and for this address.\n",
            cancellationToken);
}
