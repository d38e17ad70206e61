using System.Globalization;
using TaskManagement.Application.Tasks;
using TaskManagement.Infrastructure.Persistence;

namespace TaskManagement.Benchmarks.Load;

/// <summary>Which cost of the service grows with what it holds, and how.</summary>
internal static class ScaleBenchmark
{
    private const int Connections = 16;
    private const int Smallest = 10_000;
    private const int DeepestWalk = 500_000;
    private static readonly TimeSpan Time = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1.5);

    /// <summary>Measures with ten thousand tasks, and ten times as many again and again.</summary>
    /// <param name="kind">Which database.</param>
    /// <param name="largest">The most tasks.</param>
    public static async Task MeasureAsync(DatabaseKind kind, int largest)
    {
        var sizes = new List<int>();
        for (var size = (long)Smallest; size <= largest; size *= 10)
            sizes.Add((int)size);
        var rows = new Dictionary<string, List<double>>(StringComparer.Ordinal);
        var machine = "";
        foreach (var size in sizes)
        {
            await using var database = await LoadDatabase.CreateAsync(kind);
            machine = LoadBenchmark.Machine(database);
            foreach (var (name, perSecond) in await MeasureAsync(database, size))
            {
                rows.TryAdd(name, []);
                rows[name].Add(perSecond);
            }
        }

        Console.WriteLine($"\n{machine}. Requests per second over {Connections} connections, by the number of tasks, with five events each\n");
        Console.WriteLine($"| | {string.Join(" | ", sizes.Select(size => size.ToString("N0", CultureInfo.InvariantCulture)))} | cost, last / first |");
        Console.WriteLine($"| --- |{string.Concat(sizes.Select(_ => " --- |"))} --- |");
        foreach (var (name, perSecond) in rows)
        {
            var cells = perSecond.Select(value => value.ToString("N0", CultureInfo.InvariantCulture));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {string.Join(" | ", cells)} | {perSecond[0] / perSecond[^1]:0.00} |"));
        }
    }

    private static async Task<List<(string Name, double PerSecond)>> MeasureAsync(LoadDatabase database, int tasks)
    {
        var filled = await FilledTasks.FillAsync(database, tasks);
        await using var product = await LoadServer.StartAsync(LoadServer.Product, database, database.ConnectionString);
        var operations = await OperationsAsync(product, filled, tasks);
        using var generator = await LoadGenerator.ConnectAsync(product.Port, Connections);
        // All of them first, so that none pays for code that others have in common with it.
        foreach (var operation in operations)
            await generator.SaturateAsync(operation, WarmUp);
        var results = new List<(string, double)>();
        foreach (var operation in operations)
        {
            await product.QuietAsync();
            var (requests, elapsed) = await generator.SaturateAsync(operation, Time);
            results.Add((operation.Name, requests / elapsed.TotalSeconds));
        }

        return results;
    }

    private static async Task<List<Operation>> OperationsAsync(LoadServer product, FilledTasks filled, int tasks)
    {
        var make = new Operations(filled.Ids, filled.Head, LoadServer.Token);
        var all = new List<Operation> { make.Get() };
        foreach (var sort in TaskSorts.All)
        {
            all.Add(make.List($"list {sort}, first page", [], $"&sort={sort}"));
            all.Add(make.List($"list {sort}, deep", await product.WalkAsync(Math.Min(tasks / 2, DeepestWalk), $"&sort={sort}"), $"&sort={sort}"));
        }

        all.Add(make.Feed("feed, first page", 0, 0));
        all.Add(make.Feed("feed, deep", 0.5, 1));
        // Last, as these leave work behind.
        all.Add(make.Create());
        all.Add(make.Complete());
        return all;
    }
}
