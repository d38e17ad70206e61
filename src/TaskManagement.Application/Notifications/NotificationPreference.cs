using TaskManagement.Domain.Tasks;

namespace TaskManagement.Application.Notifications;

/// <summary>How a person wants to be told of what is of one kind. There is one only where they do not want all: the default is every channel.</summary>
/// <param name="personId">The person.</param>
/// <param name="kind">What it is about.</param>
public sealed class NotificationPreference(UserId personId, NotificationKind kind)
{
    /// <summary>The person.</summary>
    public UserId PersonId { get; private set; } = personId;

    /// <summary>What it is about.</summary>
    public NotificationKind Kind { get; private set; } = kind;

    /// <summary>Whether they are told by mail.</summary>
    public bool Mail { get; internal set; } = true;

    /// <summary>Whether they are told in the list of notifications.</summary>
    public bool Inbox { get; internal set; } = true;

    /// <summary>Whether it says no more than the default.</summary>
    internal bool IsDefault => Mail && Inbox;

    internal bool Admits(NotificationChannel channel) => channel == NotificationChannel.Mail ? Mail : Inbox;
}

/// <summary>The preferences of people. Changes are saved by the unit of work.</summary>
public interface INotificationPreferences
{
    /// <summary>What these people want, where it is not the default.</summary>
    Task<IReadOnlyList<NotificationPreference>> FindAsync(IReadOnlyCollection<UserId> people, CancellationToken cancellationToken);

    /// <summary>Adds a preference.</summary>
    void Add(NotificationPreference preference);

    /// <summary>Removes a preference: the default takes its place.</summary>
    void Remove(NotificationPreference preference);
}
