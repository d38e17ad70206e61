using System.Net;
using System.Net.Mail;
using System.Net.Mime;
using System.Text;
using Microsoft.Extensions.Options;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Application.Notifications;

namespace TaskManagement.Infrastructure.Notifications;

/// <summary>
/// Hands messages to a mail server. By the class library's own client: it lacks OAuth and TLS from the first byte (port 465), yet it does what a
/// submission server on port 587 asks for, and costs no dependency.
/// </summary>
internal sealed class SmtpSender(IOptions<NotificationsOptions> options, IAddressBook addresses, TimeProvider clock) : INotificationSender
{
    public async Task SendAsync(Message message, CancellationToken cancellationToken)
    {
        if ((message.Address ?? await addresses.FindAsync(message.Recipient, cancellationToken)) is not { } to)
            return;
        var settings = options.Value;
        using var mail = Compose(message, new MailAddress(settings.From), new MailAddress(to));
        using var client = new SmtpClient(settings.SmtpHost, settings.SmtpPort)
        {
            EnableSsl = settings.SmtpUseTls,
            Credentials = string.IsNullOrEmpty(settings.SmtpUserName) ? null : new NetworkCredential(settings.SmtpUserName, settings.SmtpPassword),
        };
        try
        {
            // The client's own time limit is for its synchronous calls only. Who leaves it disposes of it, and that closes the connection.
            await client.SendMailAsync(mail, cancellationToken).WaitAsync(TimeSpan.FromSeconds(settings.SmtpTimeLimitSeconds), clock, cancellationToken);
        }
        catch (TimeoutException late)
        {
            throw new TimeoutException($"{settings.SmtpHost}:{settings.SmtpPort} took no mail within {settings.SmtpTimeLimitSeconds} s.", late);
        }
        catch (SmtpFailedRecipientException refused) when ((int)refused.StatusCode >= 500)
        {
            // Without the error itself, which has the address in it: this is kept.
            throw new PermanentFailureException($"The mail server refuses the address of {message.Recipient} with {(int)refused.StatusCode}.");
        }
    }

    private static MailMessage Compose(Message message, MailAddress from, MailAddress to)
    {
        var mail = new MailMessage(from, to)
        {
            Subject = message.Subject,
            SubjectEncoding = Encoding.UTF8,
            BodyEncoding = Encoding.UTF8,
            BodyTransferEncoding = TransferEncoding.Base64,
            Body = message.Text.ReplaceLineEndings("\r\n"),
        };
        foreach (var (name, value) in MailHeaders.Of(message, from))
            mail.Headers[name] = value;
        return mail;
    }
}
