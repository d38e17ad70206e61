namespace TaskManagement.Benchmarks.Load;

/// <summary>A system with its copy of the database and the requests that are made to it; suspended, but while it has its turn.</summary>
internal sealed class LoadedSystem : IAsyncDisposable
{
    private readonly LoadDatabase _database;
    private readonly Operations _operations;
    private readonly List<string> _deep;
    private bool _hasCompleted;

    private LoadedSystem(LoadServer server, LoadDatabase database, Operations operations, List<string> deep) =>
        (Server, _database, _operations, _deep) = (server, database, operations, deep);

    public LoadServer Server { get; }

    public string Name => Server.Name;

    public static async Task<LoadedSystem> StartAsync(string name, LoadDatabase database, FilledTasks filled, LoadOptions options)
    {
        var server = await LoadServer.StartAsync(name, database, await database.CopyAsync(name));
        try
        {
            // Pages have cursors of each system's own, so each walks to the middle of the list by itself.
            var deep = options.Operations.Contains(OperationNames.ListDeep) ? await server.WalkAsync(options.Tasks / 2) : [];
            await server.QuietAsync();
            server.Suspend();
            return new(server, database, new(filled.Ids, filled.Head, LoadServer.Token), deep);
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Lets it run for the time of some work.</summary>
    public async Task RunAsync(Func<Task> work)
    {
        Server.Resume();
        await work();
        Server.Suspend();
    }

    public Operation Operation(string name)
    {
        _hasCompleted |= name == OperationNames.Complete;
        return name switch
        {
            OperationNames.Create => _operations.Create(),
            OperationNames.Complete => _operations.Complete(),
            OperationNames.Patch => _operations.Patch(),
            OperationNames.Get => _operations.Get(),
            OperationNames.ListFirst => _operations.List(name, []),
            OperationNames.ListDeep => _operations.List(name, _deep),
            OperationNames.Feed => _operations.Feed(name, 0, 1),
            _ => throw new ArgumentOutOfRangeException(nameof(name), name, "There is no such operation."),
        };
    }

    /// <summary>Makes what was completed to be completed again, if anything was.</summary>
    public async Task RefillAsync()
    {
        if (!_hasCompleted)
            return;
        await FilledTasks.ReopenAsync(_database, Server.ConnectionString);
        _operations.Refill();
        _hasCompleted = false;
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
