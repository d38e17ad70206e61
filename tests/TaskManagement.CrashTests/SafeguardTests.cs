using Microsoft.EntityFrameworkCore;
using Npgsql;
using TaskManagement.CrashTests.Checking;
using TaskManagement.CrashTests.Harness;
using TaskManagement.CrashTests.Node;
using TaskManagement.Infrastructure.EventLog.Delivery;

namespace TaskManagement.CrashTests;

/// <summary>
/// The interleavings that the engine's safeguards are there for, each brought about on purpose: with the safeguard nothing is wrong; without it,
/// the checker sees what is.
/// </summary>
public sealed class SafeguardTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Random _random = new(RunSettings.Seed);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_node_that_wakes_up_after_its_lease_can_not_commit(bool isSafe)
    {
        await using var run = await StartAsync(nodes: 2, isSafe ? "" : nameof(EngineSafeguards.Fencing));
        var task = await run.Load.CreateAsync(_random, "Wait in the middle");
        foreach (var node in run.Cluster.Nodes)
            run.Folder.SetGate(node.ProcessName, isClosed: true);
        await run.Load.ChangeAsync(_random, task, new { priority = "high" });
        var sleeper = run.Cluster.Nodes.Single(node => node.ProcessName == First(run, task).Process);

        var wake = sleeper.Suspend()!;
        foreach (var node in run.Cluster.Nodes.Where(node => node != sleeper))
            run.Folder.SetGate(node.ProcessName, isClosed: false);
        await Waiting.UntilAsync("another node has taken over", Patience, async () => await EffectsAsync(run, "crash-gated", task) == 1);
        run.Folder.SetGate(sleeper.ProcessName, isClosed: false);
        var database = (PostgreSqlRunDatabase)run.Database;
        await using var connection = await database.ConnectAsync();
        await using var older = new NpgsqlCommand(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND xact_start < $1", connection);
        older.Parameters.Add(new() { Value = TimeProvider.System.GetUtcNow().UtcDateTime });
        wake();
        await Waiting.UntilAsync("what it was in the middle of has ended", Patience, async () => (long)(await older.ExecuteScalarAsync())! == 0);

        await ConcludeAsync(run, isSafe, Rule.EffectIsDoubled);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_node_killed_before_its_cursor_moves_has_written_nothing(bool isSafe)
    {
        await using var run = await StartAsync(nodes: 1, isSafe ? "" : nameof(EngineSafeguards.AtomicCursor));
        var task = await run.Load.CreateAsync(_random, "Be killed between two commits");
        await run.Database.WaitForRestAsync(Patience);
        var database = (PostgreSqlRunDatabase)run.Database;
        await database.LetWaitAsync("BEFORE UPDATE ON event_cursors FOR EACH ROW WHEN (NEW.subscription = 'crash-plain' AND NEW.position > OLD.position)");
        await using (await database.HoldBackAsync())
        {
            await run.Load.ChangeAsync(_random, task, new { title = "Changed" });
            await database.WaitForOneHeldBackAsync();
            run.Cluster.Nodes[0].StaysDown = true;
            run.Cluster.Nodes[0].Kill();
            await database.EndThoseHeldBackAsync();
        }

        run.Cluster.Nodes[0].StaysDown = false;
        await ConcludeAsync(run, isSafe, Rule.EffectIsDoubled);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_event_that_is_committed_late_is_not_passed_over(bool isSafe)
    {
        await using var run = await StartAsync(nodes: 2, isSafe ? "" : nameof(EngineSafeguards.Sequencer));
        // What each node does but once is done before: a client who waits too long sends again, and then no one is late.
        for (var i = 0; i < 8; i++)
            await run.Load.CreateAsync(_random, "Warm");
        var database = (PostgreSqlRunDatabase)run.Database;
        await database.LetWaitAsync("AFTER INSERT ON event_log FOR EACH ROW WHEN (NEW.payload LIKE '%held-back%')");
        Task<Guid> late;
        await using (await database.HoldBackAsync())
        {
            // It has its id, and is not committed.
            late = run.Load.CreateAsync(_random, "held-back");
            await database.WaitForOneHeldBackAsync();
            var overtaking = await run.Load.CreateAsync(_random, "Overtake");
            await Waiting.UntilAsync("the later one is delivered", Patience, async () => await EffectsAsync(run, "crash-plain", overtaking) == 1);
        }

        await late;
        var next = await run.Load.CreateAsync(_random, "Come after both");
        await Waiting.UntilAsync("the next one is delivered", Patience, async () => await EffectsAsync(run, "crash-plain", next) == 1);

        await ConcludeAsync(run, isSafe, Rule.EventIsLost);
    }

    private static Task<CrashRun> StartAsync(int nodes, string without) =>
        CrashRun.StartAsync(async _ => await PostgreSqlRunDatabase.CreateAsync(), nodes, poisonous: null, without);

    private static async Task ConcludeAsync(CrashRun run, bool isSafe, Rule brokenWithout)
    {
        var violations = await run.SettleAndCheckAsync();
        if (isSafe)
            Assert.Empty(violations);
        else
            Assert.Contains(violations, violation => violation.Rule == brokenWithout);
        run.Folder.IsKept = false;
    }

    /// <summary>The first attempt at the gate, once there is one.</summary>
    private static OutsideLine First(CrashRun run, Guid task)
    {
        OutsideLine? first = null;
        SpinWait.SpinUntil(() => (first = OutsideFile.Read(run.Folder.Outside).FirstOrDefault(line => line.Subscription == "crash-gated" && line.StreamId == task)) is not null, Patience);
        return first ?? throw new TimeoutException("No one came to the gate.");
    }

    private static async Task<int> EffectsAsync(CrashRun run, string subscription, Guid task)
    {
        await using var db = run.Database.Open();
        return await db.Database
            .SqlQuery<int>($"SELECT count(*)::int AS \"Value\" FROM crash_effects WHERE subscription = {subscription} AND stream_id = {task}").SingleAsync();
    }
}
