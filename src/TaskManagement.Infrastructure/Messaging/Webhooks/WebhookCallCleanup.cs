using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TaskManagement.Infrastructure.Persistence;
using TaskManagement.Infrastructure.Persistence.Providers;

namespace TaskManagement.Infrastructure.Messaging.Webhooks;

/// <summary>Deletes old records of calls.</summary>
internal sealed class WebhookCallCleanup(
    IServiceScopeFactory scopes, DatabaseProvider provider, TimeProvider clock, IOptions<WebhooksOptions> options, ILogger<WebhookCallCleanup> logger)
    : HourlyCleanup(scopes, provider, clock, logger)
{
    protected override Task<int> DeleteAsync(TaskManagementDbContext db, DateTimeOffset now, int most, CancellationToken cancellationToken)
    {
        var expired = now - TimeSpan.FromDays(options.Value.KeepDeliveriesDays);
        return db.WebhookCalls
            .Where(call => call.At <= expired)
            .OrderBy(call => call.At)
            .Take(most)
            .ExecuteDeleteAsync(cancellationToken);
    }
}
