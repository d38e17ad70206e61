using System.Diagnostics;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using TaskManagement.Application.Tasks;
using TaskManagement.Infrastructure.Persistence;
using TaskManagement.TestSupport;

namespace TaskManagement.Benchmarks;

/// <summary>What a page of 50 tasks costs at each depth: whole lists are read page by page, in every sort, and the pages are compared by tenths of the list.</summary>
internal static class PageCosts
{
    private const int Limit = 50;
    private const int Tenths = 10;

    public static async Task MeasureAsync(DatabaseKind kind, int tasks)
    {
        await using var host = await TestHost.StartAsync(kind);
        await host.InScopeAsync(services => FillAsync(services.GetRequiredService<TaskManagementDbContext>(), kind, tasks));
        // Some pages of every sort, so that none pays for what is done once.
        foreach (var sort in TaskSorts.All)
            await ReadAsync(host, sort, pages: 20);

        Console.WriteLine($"\n{kind}, {tasks} tasks, pages of {Limit}: median milliseconds per page\n");
        Console.WriteLine("| sort | first page | 1st tenth | 5th tenth | last tenth | last / 1st |");
        Console.WriteLine("| --- | --- | --- | --- | --- | --- |");
        foreach (var sort in TaskSorts.All)
        {
            var pages = await ReadAsync(host, sort, pages: int.MaxValue);
            double[] tenths = [.. pages.Chunk((pages.Count / Tenths) + 1).Select(Median)];
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {sort} | {pages[0]:0.00} | {tenths[0]:0.00} | {tenths[tenths.Length / 2]:0.00} | {tenths[^1]:0.00} | {tenths[^1] / tenths[0]:0.00} |"));
        }
    }

    private static async Task<List<double>> ReadAsync(TestHost host, string sort, int pages)
    {
        var milliseconds = new List<double>();
        string? cursor = null;
        do
        {
            var started = Stopwatch.GetTimestamp();
            var page = await host.SendAsync(new ListTasks { Sort = sort, Limit = Limit, Cursor = cursor });
            milliseconds.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            cursor = page.NextCursor;
        }
        while (cursor is not null && milliseconds.Count < pages);

        return milliseconds;
    }

    private static double Median(double[] values)
    {
        Array.Sort(values);
        return values[values.Length / 2];
    }

    /// <summary>Fills the table by one statement: a third of the tasks without a due date, priorities in turn, twenty tasks to a moment.</summary>
    private static async Task FillAsync(TaskManagementDbContext db, DatabaseKind kind, int tasks)
    {
        const string Columns = "id, title, status, priority, due_at, due_order, version, created_at, created_by, updated_at, updated_by";
        db.Database.SetCommandTimeout(TimeSpan.FromMinutes(10));
        await db.Database.ExecuteSqlRawAsync(kind switch
        {
            DatabaseKind.Sqlite => $$"""
                WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {{tasks}})
                INSERT INTO tasks ({{Columns}})
                SELECT printf('01990000-0000-7000-8000-%012X', i * 7919 % 1000003 * 1000 + i % 1000), 'Task ' || i, 'pending', i % 5,
                    CASE i % 3 WHEN 0 THEN NULL ELSE 1790000000000 + i / 20 END, CASE i % 3 WHEN 0 THEN 253402300799000 ELSE 1790000000000 + i / 20 END,
                    1, 1780000000000 + i / 20, 'system:bench', 1780000000000 + i / 20, 'system:bench' FROM n
                """,
            DatabaseKind.PostgreSql => $$"""
                INSERT INTO tasks ({{Columns}})
                SELECT ('01990000-0000-7000-8000-' || lpad(to_hex(i::bigint * 7919 % 1000003 * 1000 + i % 1000), 12, '0'))::uuid, 'Task ' || i, 'pending', i % 5,
                    CASE i % 3 WHEN 0 THEN NULL ELSE to_timestamp(1790000000 + i / 20) END,
                    CASE i % 3 WHEN 0 THEN TIMESTAMPTZ '9999-12-31 23:59:59+00' ELSE to_timestamp(1790000000 + i / 20) END,
                    1, to_timestamp(1780000000 + i / 20), 'system:bench', to_timestamp(1780000000 + i / 20), 'system:bench' FROM generate_series(1, {{tasks}}) AS i
                """,
            _ => throw new NotSupportedException($"There is no statement to fill {kind} with."),
        });
        await db.Database.ExecuteSqlRawAsync("ANALYZE");
    }
}
