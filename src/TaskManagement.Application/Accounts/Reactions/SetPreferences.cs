using MediatR;
using Microsoft.Extensions.Options;
using TaskManagement.Application.Notifications;
using TaskManagement.Domain.Identity.Events;
using TaskManagement.Domain.Tasks;

namespace TaskManagement.Application.Accounts.Reactions;

/// <summary>Sets by which channels a new person is told of what, as the installation has it. They change it as they like.</summary>
internal sealed class SetPreferences(INotificationPreferences preferences, IOptions<AccountsOptions> options) : INotificationHandler<UserRegistrationSucceeded>
{
    public Task Handle(UserRegistrationSucceeded notification, CancellationToken cancellationToken)
    {
        // All channels is what goes without saying.
        foreach (var kind in Enum.GetValues<NotificationKind>().Except(options.Value.KindsMailedAtFirst))
            preferences.Add(new(new UserId(notification.UserId), kind) { Mail = false });
        return Task.CompletedTask;
    }
}
