using System.Net.Mail;
using TaskManagement.Application.Notifications;

namespace TaskManagement.Infrastructure.Notifications;

/// <summary>The headers by which programs tell messages apart.</summary>
internal static class MailHeaders
{
    public static IEnumerable<(string Name, string Value)> Of(Message message, MailAddress from) =>
    [
        // The same in every attempt, so that who gets a message twice can tell.
        ("Message-ID", $"<{message.Id}@{from.Host}>"),
        // No message has this id: it makes one conversation of all that refer to it.
        ("References", $"<{message.Topic}@{from.Host}>"),
        // Asks machines not to answer (RFC 3834).
        ("Auto-Submitted", "auto-generated"),
        ("X-Event-Id", message.EventId.ToString()),
    ];
}
