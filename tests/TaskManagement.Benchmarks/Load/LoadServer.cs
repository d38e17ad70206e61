using System.Diagnostics;
using System.Globalization;
using System.IO.MemoryMappedFiles;
using System.Text.Json;
using TaskManagement.TestSupport.Processes;

namespace TaskManagement.Benchmarks.Load;

/// <summary>One of the systems that are compared, in a process of its own with a database of its own.</summary>
internal sealed class LoadServer : IAsyncDisposable
{
    public const string Product = "product";
    public const string Floor = "floor";
    public const string Ef = "ef";

    /// <summary>The token that the service wants; the references look at none.</summary>
    public const string Token = ServiceProcess.AdminToken;

    private const int PageOfWalk = 200;
    private const int CursorsOfWalk = 50;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Watched = TimeSpan.FromMilliseconds(250);

    private readonly TemporaryFolder _folder;
    private readonly ServiceProcess _service;
    private readonly Process _process;
    private readonly MemoryMappedFile _allocated;
    private readonly MemoryMappedViewAccessor _allocatedView;

    private LoadServer(string name, string connectionString, TemporaryFolder folder, ServiceProcess service)
    {
        (Name, ConnectionString, _folder, _service) = (name, connectionString, folder, service);
        _process = Process.GetProcessById(service.Id);
        _allocated = MemoryMappedFile.CreateFromFile(AllocatedIn(folder), FileMode.Open);
        _allocatedView = _allocated.CreateViewAccessor();
        EndInOrder.Kill(service);
        EndInOrder.Delete(folder);
    }

    public string Name { get; }

    public string ConnectionString { get; }

    public int Port => _service.Address.Port;

    public HttpClient Client => _service.Client;

    /// <summary>Starts a system on a database, and waits until it serves.</summary>
    public static async Task<LoadServer> StartAsync(string name, LoadDatabase database, string connectionString)
    {
        var folder = new TemporaryFolder();
        LoadServer? server = null;
        try
        {
            await File.WriteAllBytesAsync(AllocatedIn(folder), new byte[sizeof(long)]);
            var self = typeof(LoadServer).Assembly.Location;
            (string, string)[] settings =
            [
                ("DOTNET_STARTUP_HOOKS", self),
                (StartupHook.PathVariable, AllocatedIn(folder)),
                // The service is built with this collector, and this program is not.
                ("DOTNET_gcServer", "1"),
            ];
            var service = name == Product
                ? await ServiceProcess.StartAsync(folder, [.. settings, .. ProductSettings(database, connectionString)])
                : await ServiceProcess.StartProgramAsync(folder.Path, Path.GetFileName(self), ["serve", name, database.Kind.ToString(), "0", connectionString], settings);
            server = new LoadServer(name, connectionString, folder, service);
            await server.ReadyAsync();
            return server;
        }
        catch
        {
            if (server is null)
                folder.Dispose();
            else
                await server.DisposeAsync();
            throw;
        }
    }

    public void Suspend() => _service.Suspend();

    public void Resume() => _service.Resume();

    /// <summary>Ends it in order, so that its database can be copied.</summary>
    public async Task StopAsync() => await _service.TerminateAsync();

    /// <summary>The processor time that it has used so far, and the bytes that it has allocated.</summary>
    public (TimeSpan Processor, long Allocated) Used()
    {
        _process.Refresh();
        return (_process.TotalProcessorTime, _allocatedView.ReadInt64(0));
    }

    /// <summary>Waits until it has done what it does after its answers: events are delivered then, and the command has to pay for that too.</summary>
    public async Task QuietAsync()
    {
        var started = Stopwatch.GetTimestamp();
        TimeSpan before, after = Used().Processor;
        do
        {
            if (Stopwatch.GetElapsedTime(started) > Patience)
                throw new TimeoutException($"{Name} goes on working when nothing is asked of it.");
            before = after;
            await Task.Delay(Watched);
            after = Used().Processor;
        }
        // The system counts in hundredths of a second; one may be what an idle process uses.
        while (after - before > TimeSpan.FromMilliseconds(10));
    }

    /// <summary>Pages through a list, and returns the cursors of the last pages that it came to.</summary>
    public async Task<List<string>> WalkAsync(int tasks, string query = "")
    {
        var cursors = new Queue<string>();
        for (var walked = 0; walked < tasks; walked += PageOfWalk)
        {
            var after = cursors.Count > 0 ? $"&cursor={cursors.Last()}" : "";
            await using var answer = await Client.GetStreamAsync(
                new Uri(string.Create(CultureInfo.InvariantCulture, $"/api/v1/tasks?limit={PageOfWalk}{query}{after}"), UriKind.Relative));
            using var page = await JsonDocument.ParseAsync(answer);
            if (page.RootElement.GetProperty("nextCursor").GetString() is not { } cursor)
                break;
            cursors.Enqueue(cursor);
            if (cursors.Count > CursorsOfWalk)
                cursors.Dequeue();
        }

        return [.. cursors];
    }

    public async ValueTask DisposeAsync()
    {
        await _service.DisposeAsync();
        _allocatedView.Dispose();
        _allocated.Dispose();
        _process.Dispose();
        _folder.Dispose();
    }

    private static (string, string)[] ProductSettings(LoadDatabase database, string connectionString) =>
    [
        ("Database:Provider", database.Kind.ToString()),
        ("Database:ConnectionString", connectionString),
        ("Notifications:Delivery", "None"),
        // It counts every request, and refuses none.
        ("RateLimiting:PerSecond", "1000000"),
        ("RateLimiting:Burst", "1000000"),
        // While it is suspended, its leases are not to end.
        ("Events:LeaseSeconds", "300"),
        ("Logging:LogLevel:Default", "Warning"),
        ("Logging:LogLevel:LuckyPennySoftware", "Error"),
        // It says where it listens.
        ("Logging:LogLevel:Microsoft.Hosting.Lifetime", "Information"),
    ];

    private static string AllocatedIn(TemporaryFolder folder) => Path.Combine(folder.Path, "allocated");

    private async Task ReadyAsync()
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            using var answer = await Client.GetAsync(new Uri("/health/ready", UriKind.Relative));
            if (answer.IsSuccessStatusCode)
                return;
            if (Stopwatch.GetElapsedTime(started) > Patience)
                throw new TimeoutException($"{Name} is not ready: {await answer.Content.ReadAsStringAsync()}");
            await Task.Delay(100);
        }
    }
}
