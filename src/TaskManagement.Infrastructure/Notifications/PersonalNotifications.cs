using Microsoft.EntityFrameworkCore;
using TaskManagement.Application.Accounts;
using TaskManagement.Domain.Tasks;
using TaskManagement.Infrastructure.Persistence;

namespace TaskManagement.Infrastructure.Notifications;

/// <summary>What a person was told, wants to be told, and watches.</summary>
internal sealed class PersonalNotifications(TaskManagementDbContext db) : IPersonalData
{
    public async Task EraseAsync(UserId person, CancellationToken cancellationToken)
    {
        await db.Notifications.Where(notification => notification.PersonId == person).ExecuteDeleteAsync(cancellationToken);
        await db.NotificationPreferences.Where(preference => preference.PersonId == person).ExecuteDeleteAsync(cancellationToken);
        await db.TaskWatchers.Where(watcher => watcher.PersonId == person).ExecuteDeleteAsync(cancellationToken);
    }
}
