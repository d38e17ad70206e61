using FluentValidation;
using MediatR;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Domain.Identity;

namespace TaskManagement.Application.Notifications;

/// <summary>Changes how the caller, who must be a person, is told of what the patch has, and leaves the rest alone; null is the default, every channel.</summary>
/// <param name="Patch">The changes.</param>
[Requires(Scopes.TasksRead)]
public sealed record ChangeNotificationPreferences(NotificationPreferencesPatch Patch) : ICommand<NotificationPreferencesDto>;

/// <summary>What may be changed of a person's preferences.</summary>
public sealed record NotificationPreferencesPatch
{
    /// <summary>A task was given to someone.</summary>
    public Optional<ChannelsPatch> Assigned { get; init; }

    /// <summary>A task was taken from the person.</summary>
    public Optional<ChannelsPatch> Unassigned { get; init; }

    /// <summary>A comment mentions the person.</summary>
    public Optional<ChannelsPatch> Mentioned { get; init; }

    /// <summary>A task has a new comment.</summary>
    public Optional<ChannelsPatch> Commented { get; init; }

    /// <summary>A task was completed.</summary>
    public Optional<ChannelsPatch> Completed { get; init; }

    /// <summary>A task was taken up again.</summary>
    public Optional<ChannelsPatch> Reopened { get; init; }

    /// <summary>A task was given up.</summary>
    public Optional<ChannelsPatch> Cancelled { get; init; }

    /// <summary>The due date of a task changed.</summary>
    public Optional<ChannelsPatch> Rescheduled { get; init; }

    internal IEnumerable<(NotificationKind Kind, Optional<ChannelsPatch> Channels)> All =>
    [
        (NotificationKind.Assigned, Assigned),
        (NotificationKind.Unassigned, Unassigned),
        (NotificationKind.Mentioned, Mentioned),
        (NotificationKind.Commented, Commented),
        (NotificationKind.Completed, Completed),
        (NotificationKind.Reopened, Reopened),
        (NotificationKind.Cancelled, Cancelled),
        (NotificationKind.Rescheduled, Rescheduled),
    ];
}

/// <summary>What may be changed of the channels of one kind.</summary>
public sealed record ChannelsPatch
{
    /// <summary>Whether by mail; null is the default, true.</summary>
    public Optional<bool?> Mail { get; init; }

    /// <summary>Whether in the list of notifications; null is the default, true.</summary>
    public Optional<bool?> Inbox { get; init; }
}

internal sealed class ChangeNotificationPreferencesValidator : AbstractValidator<ChangeNotificationPreferences>;

internal sealed class ChangeNotificationPreferencesHandler(INotificationPreferences preferences, ICallContext call)
    : IRequestHandler<ChangeNotificationPreferences, Saved<NotificationPreferencesDto>>
{
    public async Task<Saved<NotificationPreferencesDto>> Handle(ChangeNotificationPreferences request, CancellationToken cancellationToken)
    {
        var person = call.CallingPerson();
        var stored = await preferences.FindAsync([person], cancellationToken);
        var wanted = stored.ToDictionary(preference => preference.Kind);
        foreach (var (kind, channels) in request.Patch.All.Where(member => member.Channels.IsPresent))
        {
            if (!wanted.TryGetValue(kind, out var preference))
                wanted.Add(kind, preference = new(person, kind));
            // Null takes the whole member away, and with it whatever was said of its channels.
            Change(preference, channels.Value ?? new() { Mail = new(null), Inbox = new(null) });
        }

        foreach (var preference in wanted.Values)
        {
            if (preference.IsDefault && stored.Contains(preference))
                preferences.Remove(preference);
            else if (!preference.IsDefault && !stored.Contains(preference))
                preferences.Add(preference);
        }

        return Saved.As(() => NotificationPreferencesDto.From(wanted.Values));
    }

    private static void Change(NotificationPreference preference, ChannelsPatch patch)
    {
        if (patch.Mail.IsPresent)
            preference.Mail = patch.Mail.Value ?? true;
        if (patch.Inbox.IsPresent)
            preference.Inbox = patch.Inbox.Value ?? true;
    }
}
