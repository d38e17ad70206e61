using TaskManagement.CrashTests.Harness;

namespace TaskManagement.CrashTests;

/// <summary>
/// The service under load while its processes are killed and suspended, its connections ended and its database restarted.
/// <c>TASKMANAGEMENT_CRASH_SECONDS</c> makes a run longer, <c>TASKMANAGEMENT_CRASH_SEED</c> repeats what was done in one.
/// </summary>
public sealed class NothingIsLostTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    [Fact]
    public Task Three_nodes_on_PostgreSQL_lose_and_double_nothing() =>
        RunAsync(async _ => await PostgreSqlRunDatabase.CreateAsync(), nodes: 3, clients: 8, secondsPerPoison: 20);

    [Fact]
    public Task One_node_on_SQLite_loses_and_doubles_nothing() =>
        RunAsync(async folder => await SqliteRunDatabase.CreateAsync(folder), nodes: 1, clients: 4, secondsPerPoison: 45);

    private static async Task RunAsync(Func<RunFolder, Task<RunDatabase>> create, int nodes, int clients, int secondsPerPoison)
    {
        var random = new Random(RunSettings.Seed);
        var poisons = 1 + ((int)RunSettings.Duration.TotalSeconds / secondsPerPoison);
        var poisonous = Enumerable.Range(0, poisons).Select(_ => random.Next(5, 40)).ToHashSet();
        await using var run = await CrashRun.StartAsync(create, nodes, poisonous);
        var nemesis = new Nemesis(run.Cluster, run.Database, run.Folder, run.Figures, random);
        using var end = new CancellationTokenSource();
        var work = Task.WhenAll(run.Load.RunAsync(clients, pause: TimeSpan.FromMilliseconds(150), end.Token), nemesis.RunAsync(end.Token));
        await Task.WhenAny(work, Task.Delay(RunSettings.Duration));
        // On a slow machine, until there is something to judge.
        await Waiting.UntilAsync(
            "enough is done to be judged", Patience, () => Task.FromResult(work.IsFaulted || (nemesis.Strikes >= 6 && run.Figures[Load.Done] >= 150)));
        await end.CancelAsync();
        await work;
        run.Conclude(await run.SettleAndCheckAsync());
    }
}
