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
    private const int Lock = 4711;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Random _random = new(RunSettings.Seed);

    [Theory]
    [InlineData(true)]
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
        await database.ExecuteAsync($"""
            CREATE FUNCTION hold_back() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_advisory_xact_lock_shared({Lock}); RETURN NEW; END $$;
            CREATE TRIGGER hold_back BEFORE UPDATE ON event_cursors FOR EACH ROW
            WHEN (NEW.subscription = 'crash-plain' AND NEW.position > OLD.position) EXECUTE FUNCTION hold_back();
            """);
        await using (await HoldAsync(database))
        {
            await run.Load.ChangeAsync(_random, task, new { title = "Changed" });
            await WaitForWaiterAsync(database);
            run.Cluster.Nodes[0].StaysDown = true;
            run.Cluster.Nodes[0].Kill();
            await database.ExecuteAsync($"SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND objid = {Lock} AND NOT granted");
            await Waiting.UntilAsync("no one waits", Patience, async () => await WaitersAsync(database) == 0);
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
        var database = (PostgreSqlRunDatabase)run.Database;
        await database.ExecuteAsync($"""
            CREATE FUNCTION hold_back() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_advisory_xact_lock_shared({Lock}); RETURN NEW; END $$;
            CREATE TRIGGER hold_back AFTER INSERT ON event_log FOR EACH ROW WHEN (NEW.payload LIKE '%held-back%') EXECUTE FUNCTION hold_back();
            """);
        Task<Guid> late;
        await using (await HoldAsync(database))
        {
            // It has its id, and is not committed.
            late = run.Load.CreateAsync(_random, "held-back");
            await WaitForWaiterAsync(database);
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

    /// <summary>Takes the lock that held-back statements wait for; who disposes it lets them go on.</summary>
    private static async Task<NpgsqlConnection> HoldAsync(PostgreSqlRunDatabase database)
    {
        var connection = await database.ConnectAsync();
        await using var command = new NpgsqlCommand($"SELECT pg_advisory_lock({Lock})", connection);
        await command.ExecuteNonQueryAsync();
        return connection;
    }

    private static Task WaitForWaiterAsync(PostgreSqlRunDatabase database) =>
        Waiting.UntilAsync("someone is held back", Patience, async () => await WaitersAsync(database) > 0);

    private static async Task<long> WaitersAsync(PostgreSqlRunDatabase database)
    {
        await using var connection = await database.ConnectAsync();
        await using var command = new NpgsqlCommand($"SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = {Lock} AND NOT granted", connection);
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
