using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TaskManagement.Infrastructure.Persistence.Providers;

namespace TaskManagement.Infrastructure.Persistence;

/// <summary>Deletes rows that no one needs any more once an hour, in batches small enough to keep no one waiting.</summary>
internal abstract partial class HourlyCleanup(IServiceScopeFactory scopes, DatabaseProvider provider, TimeProvider clock, ILogger logger) : BackgroundService
{
    private const int BatchSize = 1000;
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    /// <summary>Deletes what has expired; returns how many rows.</summary>
    public async Task<int> CleanAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<TaskManagementDbContext>();
        var total = 0;
        int deleted;
        do
        {
            using var turn = await provider.TakeWriteTurnAsync(cancellationToken);
            deleted = await DeleteAsync(db, now, BatchSize, cancellationToken);
            total += deleted;
        }
        while (deleted == BatchSize);

        return total;
    }

    /// <summary>Deletes the oldest of what has expired; returns how many rows.</summary>
    protected abstract Task<int> DeleteAsync(TaskManagementDbContext db, DateTimeOffset now, int most, CancellationToken cancellationToken);

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
            // What has expired does no harm but takes room; the next round tries again.
            Failed(exception);
        }
    }

    [LoggerMessage(1, LogLevel.Debug, "Deleted {Count} expired rows")]
    private partial void Cleaned(int count);

    [LoggerMessage(2, LogLevel.Warning, "Expired rows could not be deleted")]
    private partial void Failed(Exception exception);
}
