using Npgsql;

namespace TaskManagement.CrashTests.Harness;

/// <summary>Does harm, as its seed says, and puts all right again at the end.</summary>
internal sealed class Nemesis(Cluster cluster, RunDatabase database, RunFolder folder, Figures figures, Random random)
{
    private readonly List<Task> _healing = [];

    /// <summary>How often it has struck.</summary>
    public int Strikes { get; private set; }

    /// <summary>Strikes again and again, each time when the clients have got on a little since the last time: a slow machine is no fault.</summary>
    public async Task RunAsync(CancellationToken end)
    {
        try
        {
            while (true)
            {
                var (patience, goal) = (TimeSpan.FromSeconds(1 + (2 * random.NextDouble())), figures[Load.Done] + random.Next(5, 40));
                await Task.Delay(patience, end);
                while (figures[Load.Done] < goal)
                    await Task.Delay(50, end);
                await StrikeAsync();
                Strikes++;
            }
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            await Task.WhenAll(_healing);
            folder.Note("nothing is done to anyone any more");
        }
    }

    private async Task StrikeAsync()
    {
        var node = cluster.Nodes[random.Next(cluster.Nodes.Count)];
        var (lot, share) = (random.NextDouble(), random.NextDouble());
        switch (database)
        {
            case PostgreSqlRunDatabase server when lot < 0.35:
                await TerminateBackendsAsync(server, share);
                break;
            case PostgreSqlRunDatabase server when lot < 0.45:
                await RestartAsync(server, isClean: share < 0.3);
                break;
            case var _ when lot < 0.75:
                Kill(node);
                break;
            default:
                Suspend(node, Cluster.ShortLease * (1 + share));
                break;
        }
    }

    private void Kill(NodeSlot node)
    {
        folder.Note($"kill {node.ProcessName}");
        if (node.Kill())
            figures.Count("kills");
    }

    private void Suspend(NodeSlot node, TimeSpan time)
    {
        folder.Note($"suspend {node.ProcessName} for {time.TotalSeconds:0.0} s");
        if (node.Suspend() is not { } resume)
            return;
        figures.Count("pauses");
        _healing.Add(ResumeAsync());

        async Task ResumeAsync()
        {
            await Task.Delay(time);
            folder.Note($"resume {node.ProcessName}");
            resume();
        }
    }

    private async Task TerminateBackendsAsync(PostgreSqlRunDatabase server, double share)
    {
        try
        {
            var ended = await server.TerminateBackendsAsync(share);
            folder.Note($"ended {ended} backends");
            figures.Count("backends ended", ended);
        }
        catch (NpgsqlException exception)
        {
            folder.Note($"ended no backends: {exception.Message}");
        }
    }

    private async Task RestartAsync(PostgreSqlRunDatabase server, bool isClean)
    {
        folder.Note($"restart the database, {(isClean ? "in order" : "at once")}");
        await server.RestartAsync(isClean);
        folder.Note("the database is there again");
        figures.Count("database restarts");
    }
}
