using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using TaskManagement.Cli.IntegrationTests.Service;

namespace TaskManagement.Cli.IntegrationTests.Support;

/// <summary>The service in a process of its own, on a free port of 127.0.0.1, with its database in a folder.</summary>
internal sealed partial class ServiceProcess : IAsyncDisposable
{
    public const string Token = "tm_the-token-of-the-tests";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Process _process;
    private readonly List<string> _output = [];
    private readonly TaskCompletionSource<Uri> _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ServiceProcess(string folder, string url)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(TestService).Assembly.Location, TestService.Argument, "--urls", url])
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment["Bootstrap__AdminToken"] = Token;
        start.Environment["Events__LeaseSeconds"] = "3";
        _process = new() { StartInfo = start, EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.Exited += (_, _) => _listening.TrySetException(new InvalidOperationException("The service ended before it listened."));
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>The address it listens on.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>Calls it with the token of the tests.</summary>
    public HttpClient Client { get; private set; } = null!;

    public static async Task<ServiceProcess> StartAsync(string folder, string url = "http://127.0.0.1:0")
    {
        var service = new ServiceProcess(folder, url);
        try
        {
            service.Address = await service._listening.Task.WaitAsync(Patience);
        }
        catch (Exception exception)
        {
            await service.DisposeAsync();
            throw new InvalidOperationException(string.Join('\n', [exception.Message, .. service._output]), exception);
        }

        service.Client = new() { BaseAddress = new(service.Address, "api/v1/") };
        service.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        return service;
    }

    public async Task<JsonElement> GetAsync(string path)
    {
        using var answer = await Client.GetAsync(new Uri(path, UriKind.Relative));
        return await ReadAsync(answer);
    }

    public async Task<JsonElement> PostAsync(string path, object body)
    {
        using var answer = await Client.PostAsJsonAsync(new Uri(path, UriKind.Relative), body);
        return await ReadAsync(answer);
    }

    /// <summary>Creates a task, and returns its id.</summary>
    public async Task<Guid> CreateTaskAsync(string title = "Task") => (await PostAsync("tasks", new { title })).GetProperty("id").GetGuid();

    /// <summary>Renames a task.</summary>
    public async Task RenameAsync(Guid id, string title)
    {
        using var request = new HttpRequestMessage(HttpMethod.Patch, $"tasks/{id}") { Content = JsonContent.Create(new { title }) };
        using var answer = await Client.SendAsync(request);
        await ReadAsync(answer);
    }

    /// <summary>The id of an event of a task.</summary>
    public async Task<Guid> EventAsync(Guid task, int version = 1) =>
        (await GetAsync($"tasks/{task}/history")).GetProperty("items")[version - 1].GetProperty("id").GetGuid();

    /// <summary>Waits until an event about a task is parked in some way, and returns its id among the parked ones.</summary>
    public async Task<long> ParkedAsync(Guid task, string status)
    {
        for (var started = Stopwatch.StartNew(); started.Elapsed < Patience; await Task.Delay(50))
        {
            var items = (await GetAsync($"operations/parked?subscription=test-mail&subject={task}&status={status}")).GetProperty("items");
            if (items.GetArrayLength() > 0)
                return items[0].GetProperty("id").GetInt64();
        }

        throw new TimeoutException($"No event of {task} became {status}.");
    }

    /// <summary>Waits until a condition about what is read holds.</summary>
    public async Task EventuallyAsync(string path, Func<JsonElement, bool> condition)
    {
        var seen = default(JsonElement);
        for (var started = Stopwatch.StartNew(); started.Elapsed < Patience; await Task.Delay(50))
        {
            seen = await GetAsync(path);
            if (condition(seen))
                return;
        }

        throw new TimeoutException($"{path} stayed as it was: {seen}");
    }

    /// <summary>Waits until a subscription has nothing left to be given.</summary>
    public Task CaughtUpAsync(string subscription) =>
        EventuallyAsync($"operations/subscriptions/{subscription}", read => read.GetProperty("lag").GetProperty("events").GetInt64() == 0);

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
        Client?.Dispose();
        _process.Dispose();
    }

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{(int)answer.StatusCode}: {text}");
        return JsonElement.Parse(text);
    }

    private void Keep(string? line)
    {
        if (line is null)
            return;
        lock (_output)
            _output.Add(line);
        if (ListeningLine().Match(line) is { Success: true } match)
            _listening.TrySetResult(new(match.Groups["address"].Value));
    }

    [GeneratedRegex(@"^\s*Now listening on: (?<address>\S+)$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ListeningLine();
}
