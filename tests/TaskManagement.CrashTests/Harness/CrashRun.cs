using System.Globalization;
using System.Text.Json;
using TaskManagement.CrashTests.Checking;
using TaskManagement.CrashTests.Node;

namespace TaskManagement.CrashTests.Harness;

/// <summary>A run: a database, nodes on it, clients, and what becomes of it all.</summary>
internal sealed class CrashRun : IAsyncDisposable
{
    private static readonly TimeSpan Rest = TimeSpan.FromMinutes(3);
    private static readonly JsonSerializerOptions Lines = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly LogFollower _follower;
    private RunHistory? _history;

    private CrashRun(RunFolder folder, Figures figures, RunDatabase database, Cluster cluster, Load load)
    {
        (Folder, Figures, Database, Cluster, Load) = (folder, figures, database, cluster, load);
        _follower = new(database);
        _follower.Start();
    }

    public RunFolder Folder { get; }

    public Figures Figures { get; }

    public RunDatabase Database { get; }

    public Cluster Cluster { get; }

    public Load Load { get; }

    /// <summary>Starts nodes on a fresh database.</summary>
    /// <param name="create">Makes the database.</param>
    /// <param name="nodes">How many nodes.</param>
    /// <param name="poisonous">The numbers of the tasks that one handler can't survive.</param>
    /// <param name="without">The safeguard to do without, or nothing.</param>
    /// <param name="lease">How long a subscription stays with a node that is not heard of.</param>
    public static async Task<CrashRun> StartAsync(
        Func<RunFolder, Task<RunDatabase>> create, int nodes, IReadOnlySet<int>? poisonous = null, string without = "", TimeSpan? lease = null)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Processes are suspended, and files appended to, as Linux does it.");
        var (folder, figures) = (new RunFolder(), new Figures());
        RunDatabase? database = null;
        try
        {
            database = await create(folder);
            var cluster = await Cluster.StartAsync(folder, figures, database, nodes, lease ?? Cluster.ShortLease, without);
            return new(folder, figures, database, cluster, new(cluster, folder, figures, RunSettings.Seed) { Poisonous = poisonous ?? new HashSet<int>() });
        }
        catch
        {
            if (database is not null)
                await database.DisposeAsync();
            folder.Dispose();
            throw;
        }
    }

    /// <summary>Waits until all is settled, ends the nodes, and returns all that is wrong.</summary>
    public async Task<IReadOnlyList<Violation>> SettleAndCheckAsync()
    {
        await Database.WaitForRestAsync(Rest);
        Folder.Note("all is settled");
        var differences = await Cluster.VerifyAsync();
        // That was a use of the token, which a node that was killed within a minute of its first one tells of again.
        await Database.WaitForRestAsync(Rest);
        var faults = await Cluster.StopAsync();
        Assert.Empty(faults.Concat(Load.Faults));
        return [.. await CheckAsync(), .. differences.Select(difference => new Violation(Rule.TableDiffersFromLog, difference))];
    }

    /// <summary>What is wrong as things are.</summary>
    public async Task<IReadOnlyList<Violation>> CheckAsync()
    {
        var outside = OutsideFile.Read(Folder.Outside);
        _history = await Database.ReadAsync() with
        {
            Acknowledged = Load.Acknowledged,
            Seen = await _follower.EndAsync(),
            Outside = outside,
            RolledBack = [.. outside.Where(line => line.Step == OutsideStep.RolledBack).Select(line => line.EventId)],
        };
        Count(_history);
        return Checker.Check(_history);
    }

    /// <summary>Prints the figures, and fails if anything is wrong.</summary>
    public void Conclude(IReadOnlyList<Violation> violations)
    {
        Print($"Crash test on {Database.Kind}, {RunSettings.Repeat}: {Figures}");
        if (violations.Count > 0)
            Assert.Fail($"{violations.Count} violations:\n{string.Join('\n', violations.Take(20).Select(violation => $"{violation.Rule}: {violation.What}"))}");
        Folder.IsKept = false;
    }

    public async ValueTask DisposeAsync()
    {
        await _follower.DisposeAsync();
        await Cluster.DisposeAsync();
        Load.Dispose();
        await Database.DisposeAsync();
        if (Folder.IsKept)
        {
            Print($"Crash test on {Database.Kind}, {RunSettings.Repeat}: what it left behind is in {Folder.Path}");
            if (_history is not null)
                Keep(_history);
        }

        Folder.Dispose();
    }

    private static void Print(string text)
    {
        Console.WriteLine(text);
        TestContext.Current.TestOutputHelper?.WriteLine(text);
    }

    private void Count(RunHistory history)
    {
        Figures.Count("events", history.Log.Count);
        Figures.Count("events rolled back", history.RolledBack.Count);
        Figures.Count("effects in the database", history.Effects.Count);
        Figures.Count("dead letters", history.Parked.Count(row => row.State == ParkedState.Dead));
        Figures.Count("events behind dead letters", history.Parked.Count(row => row.State == ParkedState.Behind));
        var attempts = history.Outside.Where(line => line.Step == OutsideStep.Began).ToList();
        Figures.Count("deliveries tried", attempts.Count);
        Figures.Count("retries", attempts.Count - attempts.DistinctBy(line => (line.Subscription, line.EventId)).Count());
        var acts = history.Outside.Where(line => line.Step == OutsideStep.Acted).ToList();
        Figures.Count("duplicates outside", acts.Count - acts.DistinctBy(line => (line.Subscription, line.EventId)).Count());
    }

    private void Keep(RunHistory history)
    {
        Write("acknowledged", history.Acknowledged.OrderBy(answer => answer.At));
        Write("log", history.Log);
        Write("effects", history.Effects);
        Write("parked", history.Parked);
        Write("seen", history.Seen);
    }

    private void Write<T>(string name, IEnumerable<T> items) =>
        File.WriteAllLines(Folder.File(string.Create(CultureInfo.InvariantCulture, $"{name}.jsonl")), items.Select(item => JsonSerializer.Serialize(item, Lines)));
}
