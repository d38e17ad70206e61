using System.Globalization;
using System.Text.Json;

namespace TaskManagement.CrashTests.Harness;

/// <summary>The nodes of a run.</summary>
internal sealed class Cluster : IAsyncDisposable
{
    /// <summary>The token of the administrator, and of all clients.</summary>
    public const string Token = TestSupport.Processes.ServiceProcess.AdminToken;

    /// <summary>A lease that keeps tests short.</summary>
    public static readonly TimeSpan ShortLease = TimeSpan.FromSeconds(3);

    private Cluster(IReadOnlyList<NodeSlot> nodes) => Nodes = nodes;

    public IReadOnlyList<NodeSlot> Nodes { get; }

    public static async Task<Cluster> StartAsync(RunFolder folder, Figures figures, RunDatabase database, int nodes, TimeSpan lease, string without)
    {
        (string, string)[] settings =
        [
            ("Database:Provider", database.Kind.ToString()),
            ("Database:ConnectionString", database.ConnectionString),
            ("Bootstrap:AdminToken", Token),
            ("Events:LeaseSeconds", lease.TotalSeconds.ToString(CultureInfo.InvariantCulture)),
            ("Urls", "http://127.0.0.1:0"),
            ("RateLimiting:Enabled", "false"),
            // Without fencing it is given an event twice, which it can't take; that is to be settled soon.
            ("Subscriptions:count-tasks:BackoffCapSeconds", "0.5"),
            ("Subscriptions:count-tasks:BackoffBaseSeconds", "0.1"),
            ("Logging:LogLevel:Default", "Warning"),
            ("Logging:LogLevel:Microsoft.Hosting.Lifetime", "Information"),
            ("Crash:Seed", RunSettings.Seed.ToString(CultureInfo.InvariantCulture)),
            ("Crash:OutsideFile", folder.Outside),
            ("Crash:Gates", folder.Gates),
            ("Crash:Without", without),
            // Whoever is killed can't tidy up the pipes of its diagnostics.
            ("DOTNET_EnableDiagnostics", "0"),
        ];
        var slots = Enumerable.Range(1, nodes)
            .Select(number => new NodeSlot(string.Create(CultureInfo.InvariantCulture, $"node-{number}"), folder, figures, settings)).ToList();
        var cluster = new Cluster(slots);
        try
        {
            await Task.WhenAll(slots.Select(slot => slot.StartAsync())).WaitAsync(TimeSpan.FromMinutes(2));
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Has a node compare all tables with the log, and returns what differs.</summary>
    public async Task<IReadOnlyList<string>> VerifyAsync()
    {
        using var http = new HttpClient { DefaultRequestHeaders = { Authorization = new("Bearer", Token) } };
        Uri? address = null;
        // One that has just started delivers before it listens.
        await Waiting.UntilAsync("a node listens", TimeSpan.FromMinutes(1), () => Task.FromResult((address = Nodes.Select(node => node.Address).FirstOrDefault(other => other is not null)) is not null));
        using var answer = await http.PostAsync(new Uri(address!, "/api/v1/operations/verify"), content: null);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return [.. JsonElement.Parse(text).GetProperty("differences").EnumerateArray().Select(difference => difference.GetProperty("detail").GetString()!)];
    }

    /// <summary>Asks all nodes to end, and returns what went wrong with any that no one meant to go wrong.</summary>
    public async Task<IReadOnlyList<string>> StopAsync()
    {
        await Task.WhenAll(Nodes.Select(node => node.StopAsync()));
        return [.. Nodes.SelectMany(node => node.Faults)];
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in Nodes)
            await node.DisposeAsync();
    }
}
