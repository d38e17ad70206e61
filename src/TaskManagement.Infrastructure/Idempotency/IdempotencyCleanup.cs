using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TaskManagement.Application.Common;
using TaskManagement.Infrastructure.Persistence;
using TaskManagement.Infrastructure.Persistence.Providers;

namespace TaskManagement.Infrastructure.Idempotency;

/// <summary>Deletes expired idempotency keys once an hour, in batches small enough to keep no one waiting.</summary>
internal sealed partial class IdempotencyCleanup(
    IServiceScopeFactory scopes, DatabaseProvider provider, TimeProvider clock, ILogger<IdempotencyCleanup> logger) : BackgroundService
{
    private const int BatchSize = 1000;
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    /// <summary>Deletes what has expired; returns how many rows.</summary>
    public async Task<int> CleanAsync(CancellationToken cancellationToken)
    {
        var expired = clock.GetUtcNow() - IIdempotencyStore.Retention;
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<TaskManagementDbContext>();
        var total = 0;
        int deleted;
        do
        {
            using var turn = await provider.TakeWriteTurnAsync(cancellationToken);
            deleted = await db.IdempotencyKeys
                .Where(record => record.CreatedAt <= expired)
                .OrderBy(record => record.CreatedAt)
                .Take(BatchSize)
                .ExecuteDeleteAsync(cancellationToken);
            total += deleted;
        }
        while (deleted == BatchSize);

        return total;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await TryCleanAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The service ends.
        }
    }

    private async Task TryCleanAsync(CancellationToken stoppingToken)
    {
        try
        {
            Cleaned(await CleanAsync(stoppingToken));
        }
        catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
        {
            // Expired keys do no harm but take room; the next round tries again.
            Failed(exception);
        }
    }

    [LoggerMessage(1, LogLevel.Debug, "Deleted {Count} expired idempotency keys")]
    private partial void Cleaned(int count);

    [LoggerMessage(2, LogLevel.Warning, "Expired idempotency keys could not be deleted")]
    private partial void Failed(Exception exception);
}
