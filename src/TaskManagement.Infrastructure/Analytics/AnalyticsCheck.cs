using System.Reflection;
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

    public async Task<IReadOnlyList<string>> FindDifferencesAsync(IAsyncEnumerable<IDomainEvent> events, CancellationToken cancellationToken)
    {
        var expected = new AnalyticsInMemory();
        var projection = new AnalyticsProjection(expected);
        await foreach (var chunk in events.Chunk(ChunkSize).WithCancellation(cancellationToken))
            await projection.ApplyAsync(chunk, cancellationToken);

        List<string> differences = [];
        await CompareAsync(db.AnalyticsTasks, task => task.Id, expected.Tasks, "Analytics of task", differences, cancellationToken);
        await CompareAsync(db.AnalyticsDays, day => day.Key, expected.Days, "Analytics of", differences, cancellationToken);
        return differences;
    }

    private static async Task CompareAsync<TRow, TKey>(
        IQueryable<TRow> table,
        Func<TRow, TKey> keyOf,
        IReadOnlyDictionary<TKey, TRow> expected,
        string name,
        List<string> differences,
        CancellationToken cancellationToken)
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
                differences.Add($"{name} {key}: there is a row, and by the log there should be none.");
                continue;
            }

            foreach (var column in columns)
            {
                var (kept, made) = (column.GetValue(row), column.GetValue(other));
                if (!Equals(kept, made))
                    differences.Add($"{name} {key}: {column.Name} is {kept ?? "null"}, and by the log {made ?? "null"}.");
            }
        }

        differences.AddRange(expected.Keys.Where(key => !seen.Contains(key)).Select(key => $"{name} {key}: there is no row, and by the log there should be one."));
    }
}
