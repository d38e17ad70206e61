using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TaskManagement.Application.Common;
using TaskManagement.Infrastructure.Persistence;
using TaskManagement.Infrastructure.Persistence.Providers;

namespace TaskManagement.Infrastructure.Idempotency;

/// <summary>Deletes expired idempotency keys.</summary>
internal sealed class IdempotencyCleanup(
    IServiceScopeFactory scopes, DatabaseProvider provider, TimeProvider clock, ILogger<IdempotencyCleanup> logger)
    : HourlyCleanup(scopes, provider, clock, logger)
{
    protected override Task<int> DeleteAsync(TaskManagementDbContext db, DateTimeOffset now, int most, CancellationToken cancellationToken)
    {
        var expired = now - IIdempotencyStore.Retention;
        return db.IdempotencyKeys
            .Where(record => record.CreatedAt <= expired)
            .OrderBy(record => record.CreatedAt)
            .Take(most)
            .ExecuteDeleteAsync(cancellationToken);
    }
}
