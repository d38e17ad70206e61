using TaskManagement.Domain.Tasks;

namespace TaskManagement.Application.Notifications;

/// <summary>Sends messages to people.</summary>
public interface INotificationSender
{
    /// <summary>Whether messages go anywhere: where they don't, none needs to be made.</summary>
    bool IsOn => true;

    /// <summary>
    /// Sends a message. The same message may be sent again, when it is not known whether the first time went well: its
    /// <see cref="Message.Id"/> tells that it is the same.
    /// </summary>
    /// <exception cref="Common.EventLog.PermanentFailureException">The recipient is refused for good.</exception>
    Task SendAsync(Message message, CancellationToken cancellationToken);
}

/// <summary>A message to one person.</summary>
/// <param name="Id">The same in every attempt, and of no other message: visible ASCII characters that a file name and a Message-ID may have.</param>
/// <param name="Recipient">The person.</param>
/// <param name="Subject">What it is about, on one line.</param>
/// <param name="Text">What it says, in plain text.</param>
/// <param name="EventId">The event that it tells of.</param>
/// <param name="At">When that occurred, in UTC.</param>
/// <param name="Topic">What it belongs to: messages with the same topic are one conversation.</param>
/// <param name="Address">Where it goes, if that is not the person's address: to prove an address, or to invite someone who has no account.</param>
public sealed record Message(
    string Id, UserId Recipient, string Subject, string Text, Guid EventId, DateTimeOffset At, Guid Topic, string? Address = null);
