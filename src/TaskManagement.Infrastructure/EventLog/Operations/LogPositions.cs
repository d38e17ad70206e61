using Microsoft.EntityFrameworkCore;
using TaskManagement.Application.Operations;
using TaskManagement.Infrastructure.Persistence;

namespace TaskManagement.Infrastructure.EventLog.Operations;

internal sealed class LogPositions(TaskManagementDbContext db) : ILogPositions
{
    // Transactions that were open side by side commit in another order than they began in, so times may be out of order nearby.
    private const int Nearby = 1000;

    public async Task<long> LastAsync(CancellationToken cancellationToken) =>
        await Events.MaxAsync(record => record.Position, cancellationToken) ?? 0;

    public async Task<long> FirstSinceAsync(DateTimeOffset time, CancellationToken cancellationToken)
    {
        var about = await AboutAsync(time, cancellationToken);
        return await Events
            .Where(record => record.Position > about - Nearby && record.Position < about && record.OccurredAt >= time)
            .MinAsync(record => record.Position, cancellationToken) ?? about;
    }

    public async Task<long> LastUntilAsync(DateTimeOffset time, CancellationToken cancellationToken)
    {
        var about = await AboutAsync(time, cancellationToken);
        return await Events
            .Where(record => record.Position >= about && record.Position < about + Nearby && record.OccurredAt <= time)
            .MaxAsync(record => record.Position, cancellationToken) ?? about - 1;
    }

    public Task<long> CountAsync(LogRange range, IReadOnlyCollection<string> types, CancellationToken cancellationToken) =>
        Events.LongCountAsync(record => record.Position >= range.First && record.Position <= range.Last && types.Contains(record.Type), cancellationToken);

    private IQueryable<EventRecord> Events => db.EventLog.AsNoTracking();

    /// <summary>A position before which events are older and from which on they are not, found by halving: a few look-ups however long the log is.</summary>
    private async Task<long> AboutAsync(DateTimeOffset time, CancellationToken cancellationToken)
    {
        var (low, high) = (1L, await LastAsync(cancellationToken) + 1);
        while (low < high)
        {
            var middle = low + (high - low) / 2;
            var at = await Events.Where(record => record.Position >= middle).OrderBy(record => record.Position)
                .Select(record => record.OccurredAt).FirstAsync(cancellationToken);
            (low, high) = at < time ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
