using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TaskManagement.Infrastructure.Persistence;
using TaskManagement.Infrastructure.Persistence.Providers;

namespace TaskManagement.Infrastructure.Notifications;

/// <summary>Deletes old notifications that were read.</summary>
internal sealed class NotificationCleanup(
    IServiceScopeFactory scopes, DatabaseProvider provider, TimeProvider clock, IOptions<NotificationsOptions> options, ILogger<NotificationCleanup> logger)
    : HourlyCleanup(scopes, provider, clock, logger)
{
    protected override Task<int> DeleteAsync(TaskManagementDbContext db, DateTimeOffset now, int most, CancellationToken cancellationToken)
    {
        var expired = now - TimeSpan.FromDays(options.Value.KeepDays);
        return db.Notifications
            .Where(notification => notification.ReadAt != null && notification.At <= expired)
            .OrderBy(notification => notification.At)
            .Take(most)
            .ExecuteDeleteAsync(cancellationToken);
    }
}
