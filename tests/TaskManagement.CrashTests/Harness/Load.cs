using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using TaskManagement.CrashTests.Checking;
using TaskManagement.CrashTests.Node;

namespace TaskManagement.CrashTests.Harness;

/// <summary>Clients that create and change tasks on all nodes, ask again until they are answered, and remember what they were told.</summary>
internal sealed class Load(Cluster cluster, RunFolder folder, Figures figures, int seed) : IDisposable
{
    /// <summary>What commands that were acknowledged are counted as.</summary>
    public const string Done = "commands acknowledged";

    private const int MostTasks = 300;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly HttpClient _http = new(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(2) }) { Timeout = TimeSpan.FromSeconds(6) };
    private readonly ConcurrentDictionary<Guid, string> _tasks = new();
    private readonly ConcurrentQueue<Guid> _known = new();
    private readonly ConcurrentBag<Acknowledgement> _acknowledged = [];
    private readonly ConcurrentBag<string> _faults = [];
    private int _operations;
    private int _created;

    public IReadOnlyList<Acknowledgement> Acknowledged => [.. _acknowledged];

    /// <summary>Answers that no client should get, and commands that were never answered.</summary>
    public IReadOnlyCollection<string> Faults => _faults;

    /// <summary>The numbers of the tasks whose creation one handler can't survive.</summary>
    public IReadOnlySet<int> Poisonous { get; init; } = new HashSet<int>();

    public Task RunAsync(int clients, TimeSpan pause, CancellationToken end) =>
        Task.WhenAll(Enumerable.Range(0, clients).Select(number => Task.Run(() => WorkAsync(new(seed + number), pause, end))));

    /// <summary>Creates a task, and waits for the answer.</summary>
    public async Task<Guid> CreateAsync(Random random, string title)
    {
        var id = Guid.CreateVersion7();
        await SendAsync(random, HttpMethod.Post, "create", id, "", new { id, title });
        return id;
    }

    /// <summary>Changes a task, and waits for the answer.</summary>
    public Task<bool> ChangeAsync(Random random, Guid id, object patch) => SendAsync(random, HttpMethod.Patch, "patch", id, $"/{id}", patch);

    public void Dispose() => _http.Dispose();

    private async Task WorkAsync(Random random, TimeSpan pause, CancellationToken end)
    {
        try
        {
            while (true)
            {
                await StepAsync(random);
                await Task.Delay(pause * 2 * random.NextDouble(), end);
            }
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // Enough.
        }
    }

    private async Task StepAsync(Random random)
    {
        if (_known.Count < 10 || (_known.Count < MostTasks && random.NextDouble() < 0.2))
        {
            var number = Interlocked.Increment(ref _created);
            var id = await CreateAsync(random, Poisonous.Contains(number) ? $"Task {number} {Fate.KillsProcess}" : $"Task {number}");
            if (_tasks.ContainsKey(id))
                _known.Enqueue(id);
            return;
        }

        var task = _known.ElementAt(random.Next(_known.Count));
        var lot = random.Next(100);
        if (lot < 30)
        {
            await ChangeAsync(random, task, new { title = NewTitle(random) });
            return;
        }

        if (lot < 40)
        {
            await ChangeAsync(random, task, new { priority = ((string[])["none", "low", "medium", "high", "urgent"])[random.Next(5)] });
            return;
        }

        var (command, body) = _tasks[task] switch
        {
            "pending" when lot < 85 => ("start", null),
            "in_progress" when lot < 90 => ("complete", null),
            "pending" or "in_progress" => ("cancel", (object?)new { reason = NewReason(random) }),
            _ => ("reopen", null),
        };
        await SendAsync(random, HttpMethod.Post, command, task, $"/{task}/{command}", body);
    }

    private string NewTitle(Random random)
    {
        var lot = random.Next(1000);
        return $"Title {Interlocked.Increment(ref _operations)} {(lot < 12 ? Fate.FailsForGood : lot < 60 ? Fate.RefusedBeforeCommit : "")}";
    }

    private static string NewReason(Random random)
    {
        var lot = random.Next(100);
        return lot < 4 ? Fate.HangsForever : lot < 12 ? Fate.HangsOnce : "Not needed.";
    }

    private async Task<bool> SendAsync(Random random, HttpMethod method, string command, Guid id, string path, object? body)
    {
        var operation = string.Create(CultureInfo.InvariantCulture, $"{command}-{Interlocked.Increment(ref _operations)}-{seed}");
        using var patience = new CancellationTokenSource(Patience);
        while (!patience.IsCancellationRequested)
        {
            if (await TrySendAsync(random, method, command, operation, id, path, body) is { } done)
                return done;
            figures.Count("requests sent again");
            await Task.Delay(random.Next(20, 300));
        }

        _faults.Add($"{operation} on {id} was not answered within {Patience}.");
        return false;
    }

    /// <summary>Sends a command once. True if it was done, false if it was refused; null if it is to be sent again.</summary>
    private async Task<bool?> TrySendAsync(Random random, HttpMethod method, string command, string operation, Guid id, string path, object? body)
    {
        if (cluster.Nodes[random.Next(cluster.Nodes.Count)].Address is not { } address)
            return null;
        using var request = new HttpRequestMessage(method, new Uri(address, $"/api/v1/tasks{path}"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Cluster.Token);
        request.Headers.Add("X-Correlation-Id", operation);
        if (method == HttpMethod.Post)
            request.Headers.Add("Idempotency-Key", operation);
        if (body is not null)
            request.Content = new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, method == HttpMethod.Patch ? "application/merge-patch+json" : "application/json");
        try
        {
            using var answer = await _http.SendAsync(request);
            var text = await answer.Content.ReadAsStringAsync();
            return answer.IsSuccessStatusCode
                ? Acknowledge(command, operation, method == HttpMethod.Post, text)
                : IsRefused(answer.StatusCode, operation, id, text);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException)
        {
            return null;
        }
    }

    private bool Acknowledge(string command, string operation, bool isKeyed, string text)
    {
        var task = JsonElement.Parse(text);
        var id = task.GetProperty("id").GetGuid();
        _tasks[id] = task.GetProperty("status").GetString()!;
        _acknowledged.Add(new(operation, command, isKeyed, id, task.GetProperty("version").GetInt64(), TimeProvider.System.GetUtcNow()));
        figures.Count(Done);
        return true;
    }

    private bool? IsRefused(HttpStatusCode status, string operation, Guid id, string text)
    {
        switch (status)
        {
            case HttpStatusCode.ServiceUnavailable:
                return null;
            case HttpStatusCode.Conflict:
                figures.Count("commands refused");
                return false;
            default:
                folder.Note($"{operation} on {id} was answered {(int)status}: {text}");
                _faults.Add($"{operation} on {id} was answered {(int)status}: {text}");
                return null;
        }
    }
}
