using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using TaskManagement.Application.Analytics;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Domain.Common;
using TaskManagement.Infrastructure.Persistence;

namespace TaskManagement.Infrastructure.Analytics;

internal sealed class AnalyticsCheck(TaskManagementDbContext db) : IProjectionCheck
{
    private const int ChunkSize = 1000;

    public string Subscription => "count-tasks";

    public async IAsyncEnumerable<ProjectionDifference> FindDifferencesAsync(
        IAsyncEnumerable<IDomainEvent> events, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var expected = new AnalyticsInMemory();
        var projection = new AnalyticsProjection(expected);
        await foreach (var chunk in events.Chunk(ChunkSize).WithCancellation(cancellationToken))
            await projection.ApplyAsync(chunk, cancellationToken);

        await foreach (var difference in CompareAsync(db.AnalyticsTasks, task => task.Id, expected.Tasks, "task", cancellationToken))
            yield return difference;
        await foreach (var difference in CompareAsync(db.AnalyticsDays, day => day.Key, expected.Days, "day", cancellationToken))
            yield return difference;
    }

    private static async IAsyncEnumerable<ProjectionDifference> CompareAsync<TRow, TKey>(
        IQueryable<TRow> table,
        Func<TRow, TKey> keyOf,
        IReadOnlyDictionary<TKey, TRow> expected,
        string name,
        [EnumeratorCancellation] CancellationToken cancellationToken)
        where TRow : class
        where TKey : notnull
    {
        // Every column is compared, those that come later too.
        var columns = typeof(TRow).GetProperties(BindingFlags.Public | BindingFlags.Instance);
        HashSet<TKey> seen = [];
        await foreach (var row in table.AsNoTracking().AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            var key = keyOf(row);
            seen.Add(key);
            if (!expected.TryGetValue(key, out var other))
            {
                yield return new($"{name} {key}", Column: null, row, ByLog: null);
                continue;
            }

            foreach (var column in columns)
            {
                var (kept, made) = (column.GetValue(row), column.GetValue(other));
                if (!Equals(kept, made))
                    yield return new($"{name} {key}", column.Name, kept, made);
            }
        }

        foreach (var (key, row) in expected.Where(pair => !seen.Contains(pair.Key)))
            yield return new($"{name} {key}", Column: null, Stored: null, row);
    }
}
