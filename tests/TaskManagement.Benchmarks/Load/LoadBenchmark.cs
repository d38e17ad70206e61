using System.Runtime.InteropServices;

namespace TaskManagement.Benchmarks.Load;

/// <summary>
/// What the service does under load, beside a floor and plain EF Core. Each is a process of its own with a copy of the same database; the systems
/// take turns, and those whose turn it is not are suspended.
/// </summary>
internal static class LoadBenchmark
{
    private static readonly TimeSpan LeadIn = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan WarmUpPart = TimeSpan.FromSeconds(5);

    public static async Task MeasureAsync(LoadOptions options)
    {
        foreach (var kind in options.Kinds)
        {
            await using var database = await LoadDatabase.CreateAsync(kind);
            var filled = await FilledTasks.FillAsync(database, options.Tasks);
            Console.WriteLine(FormattableString.Invariant(
                $"\n{Machine(database)}. {options.Tasks:N0} tasks with five events each; {options.Rounds} rounds of {options.Time.TotalSeconds} s as fast as it goes and {options.Time.TotalSeconds} s of arrivals at half of that, after {options.WarmUp.TotalSeconds} s of warm-up.\n"));
            var systems = new List<LoadedSystem>();
            try
            {
                foreach (var name in (string[])[LoadServer.Product, LoadServer.Floor, LoadServer.Ef])
                    systems.Add(await LoadedSystem.StartAsync(name, database, filled, options));
                await MeasureAsync(options, systems);
            }
            finally
            {
                foreach (var system in systems)
                    await system.DisposeAsync();
            }
        }
    }

    /// <summary>What it is measured on, for the line above a table.</summary>
    public static string Machine(LoadDatabase database) =>
        $"{database.Description}, {RuntimeInformation.FrameworkDescription}, {Environment.ProcessorCount} cores for everything";

    private static async Task MeasureAsync(LoadOptions options, List<LoadedSystem> systems)
    {
        Console.WriteLine("| operation | connections | system | requests/s | p50 ms | p99 ms | p99.9 ms | processor µs | allocated KB |");
        Console.WriteLine("| --- | --- | --- | --- | --- | --- | --- | --- | --- |");
        var ratios = new List<string>();
        // All of them first, so that none pays for code that others have in common with it.
        foreach (var operation in options.Operations)
        {
            foreach (var system in systems)
                await system.RunAsync(() => WarmUpAsync(system, operation, options));
        }

        foreach (var operation in options.Operations)
        {
            foreach (var connections in options.Connections)
            {
                var measurements = systems.ToDictionary(system => system.Name, _ => new Measurement());
                for (var round = 0; round < options.Rounds; round++)
                {
                    foreach (var system in systems)
                        await system.RunAsync(() => MeasureRoundAsync(system, operation, connections, options.Time, measurements[system.Name]));
                }

                foreach (var system in systems)
                    Console.WriteLine($"| {operation} | {connections} | {system.Name} | {measurements[system.Name].Cells()} |");
                foreach (var reference in systems.Skip(1))
                    ratios.Add($"| {operation} | {connections} | {reference.Name} | {measurements[LoadServer.Product].RatioCells(measurements[reference.Name])} |");
            }
        }

        Console.WriteLine("\nThe service's figures as multiples of the reference's\n");
        Console.WriteLine("| operation | connections | of | requests/s | p50 | p99 | p99.9 | processor | allocated |");
        Console.WriteLine("| --- | --- | --- | --- | --- | --- | --- | --- | --- |");
        ratios.ForEach(Console.WriteLine);
    }

    private static async Task WarmUpAsync(LoadedSystem system, string operation, LoadOptions options)
    {
        using var generator = await LoadGenerator.ConnectAsync(system.Server.Port, options.Connections.Max());
        // In parts, as the supply of tasks to complete may end before the time does.
        for (var left = options.WarmUp; left > TimeSpan.Zero; left -= WarmUpPart)
        {
            await system.RefillAsync();
            await generator.SaturateAsync(system.Operation(operation), left < WarmUpPart ? left : WarmUpPart);
        }

        // The compiler may still be at work on what it has seen.
        await system.Server.QuietAsync();
    }

    private static async Task MeasureRoundAsync(LoadedSystem system, string name, int connections, TimeSpan time, Measurement measurement)
    {
        var (server, operation) = (system.Server, system.Operation(name));
        using var generator = await LoadGenerator.ConnectAsync(server.Port, connections);
        await generator.SaturateAsync(operation, LeadIn);
        await server.QuietAsync();
        await system.RefillAsync();

        var before = server.Used();
        var (requests, elapsed) = await generator.SaturateAsync(operation, time);
        await server.QuietAsync();
        var after = server.Used();
        measurement.Add(requests, elapsed, after.Processor - before.Processor, after.Allocated - before.Allocated);

        await system.RefillAsync();
        measurement.Add(await generator.ArriveAsync(operation, requests / elapsed.TotalSeconds / 2, time));
        await server.QuietAsync();
    }
}
