using TaskManagement.Application.Common.EventLog;
using TaskManagement.Application.Notifications;
using TaskManagement.Domain.Common;
using TaskManagement.Domain.Tasks;

namespace TaskManagement.Application.Accounts;

/// <summary>Writes to people about their accounts: to the address of the account, whether or not it is confirmed, whatever mail they want otherwise.</summary>
internal sealed class AccountMail(INotificationSender sender, IAccounts accounts, IOneTimeCodes codes, ISecrets secrets)
{
    /// <summary>Tells a person something.</summary>
    public async Task TellAsync<TEvent>(Committed<TEvent> committed, UserId person, string subject, string text, CancellationToken cancellationToken)
        where TEvent : IDomainEvent
    {
        if (await accounts.FindAsync(person, cancellationToken) is { } account)
            await SendAsync(committed, person, account.Row.Email, subject, text, cancellationToken);
    }

    /// <summary>
    /// Mails a code. It is made now and is in no event: what the log and its readers have is good for nothing. Sent a second time it is another code,
    /// and the one before is void.
    /// </summary>
    public async Task SendCodeAsync<TEvent>(
        Committed<TEvent> committed, Guid codeId, string subject, Func<string, string> textWith, CancellationToken cancellationToken)
        where TEvent : IDomainEvent
    {
        if (await codes.FindAsync(codeId, cancellationToken) is not { UsedAt: null } code)
            return;
        var address = code.Email;
        if (code.AccountId is { } person && address is null)
            address = (await accounts.FindAsync(person, cancellationToken))?.Row.Email;
        if (address is null)
            return;
        var (secret, hash) = secrets.Make(SecretPrefixes.Code);
        code.Mail(hash);
        await SendAsync(committed, code.AccountId ?? new(code.Id), address, subject, textWith(secret), cancellationToken);
    }

    private Task SendAsync<TEvent>(
        Committed<TEvent> committed, UserId recipient, string address, string subject, string text, CancellationToken cancellationToken)
        where TEvent : IDomainEvent
    {
        var logged = committed.Logged;
        return sender.SendAsync(
            new(
                $"{logged.EventId}.{recipient}.{committed.Delivery.Subscription}",
                recipient,
                subject,
                text,
                logged.EventId,
                logged.OccurredAt,
                recipient.Value,
                address),
            cancellationToken);
    }
}
