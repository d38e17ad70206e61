using System.Diagnostics;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using TaskManagement.CrashTests.Harness;

namespace TaskManagement.CrashTests;

public sealed class TakeOverTests
{
    private static readonly TimeSpan DefaultLease = TimeSpan.FromSeconds(12);
    private static readonly TimeSpan Promised = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task The_work_of_a_killed_node_is_taken_over_within_15_seconds()
    {
        await using var run = await CrashRun.StartAsync(async _ => await PostgreSqlRunDatabase.CreateAsync(), nodes: 2, lease: DefaultLease);
        var (victim, other) = (run.Cluster.Nodes[0], run.Cluster.Nodes[1]);
        var processes = new HashSet<int> { victim.ProcessId!.Value, other.ProcessId!.Value };
        await Waiting.UntilAsync("both have work", Patience, async () => processes.SetEquals(await HoldersAsync(run)));

        victim.StaysDown = true;
        victim.Kill();
        var killed = Stopwatch.GetTimestamp();
        await Waiting.UntilAsync("all work is with the other", Patience, async () => (await HoldersAsync(run)).All(holder => holder == other.ProcessId));
        var took = Stopwatch.GetElapsedTime(killed);

        Assert.True(took < Promised, $"It took {took.TotalSeconds:0.0} s.");
        run.Folder.IsKept = false;
    }

    [Fact]
    public async Task A_node_suspended_between_its_last_statement_and_its_commit_holds_up_no_one()
    {
        var random = new Random(RunSettings.Seed);
        await using var run = await CrashRun.StartAsync(async _ => await PostgreSqlRunDatabase.CreateAsync(), nodes: 2);
        var database = (PostgreSqlRunDatabase)run.Database;
        var task = await run.Load.CreateAsync(random, "Be suspended in the middle of the end");
        await database.WaitForRestAsync(Patience);
        await database.LetWaitAsync("BEFORE UPDATE ON event_cursors FOR EACH ROW WHEN (NEW.subscription = 'crash-plain' AND NEW.position > OLD.position)");

        NodeSlot sleeper;
        Func<bool> wake;
        await using (await database.HoldBackAsync())
        {
            await run.Load.ChangeAsync(random, task, new { title = "Changed" });
            await database.WaitForOneHeldBackAsync();
            await using var db = database.Open();
            var holder = await db.EventCursors.AsNoTracking().Where(cursor => cursor.Subscription == "crash-plain").Select(cursor => cursor.Holder!).SingleAsync();
            sleeper = run.Cluster.Nodes.Single(node => node.ProcessId == ProcessOf(holder));
            wake = sleeper.Suspend()!;
        }

        // The statement is done now, and no one is there to commit it.
        var suspended = Stopwatch.GetTimestamp();
        var others = run.Cluster.Nodes.Where(node => node != sleeper).Select(node => node.ProcessId).ToHashSet();
        await Waiting.UntilAsync("all work is with the other", Patience, async () => (await HoldersAsync(run)).All(holder => others.Contains(holder)));
        var took = Stopwatch.GetElapsedTime(suspended);
        await database.WaitForRestAsync(Patience);
        wake();

        Assert.True(took < Promised, $"It took {took.TotalSeconds:0.0} s.");
        Assert.Empty(await run.SettleAndCheckAsync());
        run.Folder.IsKept = false;
    }

    /// <summary>The process that holds each cursor; 0 for none.</summary>
    private static async Task<IReadOnlyList<int>> HoldersAsync(CrashRun run)
    {
        await using var db = run.Database.Open();
        var holders = await db.EventCursors.AsNoTracking().Select(cursor => cursor.Holder).ToListAsync();
        return [.. holders.Select(holder => holder is null ? 0 : ProcessOf(holder))];
    }

    // A holder is called machine:process:…
    private static int ProcessOf(string holder) => int.Parse(holder.Split(':')[1], CultureInfo.InvariantCulture);
}
