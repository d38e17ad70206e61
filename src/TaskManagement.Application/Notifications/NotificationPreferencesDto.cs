namespace TaskManagement.Application.Notifications;

/// <summary>How a person is told of what.</summary>
public sealed record NotificationPreferencesDto
{
    /// <summary>A task was given to someone.</summary>
    public required ChannelsDto Assigned { get; init; }

    /// <summary>A task was taken from the person.</summary>
    public required ChannelsDto Unassigned { get; init; }

    /// <summary>A comment mentions the person.</summary>
    public required ChannelsDto Mentioned { get; init; }

    /// <summary>A task has a new comment.</summary>
    public required ChannelsDto Commented { get; init; }

    /// <summary>A task was completed.</summary>
    public required ChannelsDto Completed { get; init; }

    /// <summary>A task was taken up again.</summary>
    public required ChannelsDto Reopened { get; init; }

    /// <summary>A task was given up.</summary>
    public required ChannelsDto Cancelled { get; init; }

    /// <summary>The due date of a task changed.</summary>
    public required ChannelsDto Rescheduled { get; init; }

    /// <summary>What a person wants.</summary>
    /// <param name="different">What is not the default.</param>
    public static NotificationPreferencesDto From(IReadOnlyCollection<NotificationPreference> different)
    {
        return new()
        {
            Assigned = Of(NotificationKind.Assigned),
            Unassigned = Of(NotificationKind.Unassigned),
            Mentioned = Of(NotificationKind.Mentioned),
            Commented = Of(NotificationKind.Commented),
            Completed = Of(NotificationKind.Completed),
            Reopened = Of(NotificationKind.Reopened),
            Cancelled = Of(NotificationKind.Cancelled),
            Rescheduled = Of(NotificationKind.Rescheduled),
        };

        ChannelsDto Of(NotificationKind kind) => different.FirstOrDefault(preference => preference.Kind == kind) is { } preference
            ? new(preference.Mail, preference.Inbox)
            : new(Mail: true, Inbox: true);
    }
}

/// <summary>By which channels a person is told.</summary>
/// <param name="Mail">By mail.</param>
/// <param name="Inbox">In the list of notifications.</param>
public sealed record ChannelsDto(bool Mail, bool Inbox);
