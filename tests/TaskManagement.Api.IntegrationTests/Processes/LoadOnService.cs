using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.Json;

namespace TaskManagement.Api.IntegrationTests.Processes;

/// <summary>Clients that create tasks in one project, start and complete them, and remember everything that the service has answered.</summary>
internal sealed class LoadOnService(Guid project)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly ConcurrentDictionary<Guid, (long Version, string Status)> _acknowledged = new();
    private readonly ConcurrentBag<HttpStatusCode> _refusals = [];
    private int _answers;

    /// <summary>How many changes the service has acknowledged.</summary>
    public int Answers => Volatile.Read(ref _answers);

    /// <summary>The answers that were no success.</summary>
    public IReadOnlyCollection<HttpStatusCode> Refusals => _refusals;

    public static async Task<LoadOnService> OnNewProjectAsync(ServiceProcess service)
    {
        var project = Guid.CreateVersion7();
        await service.Client.PostJsonAsync("/api/v1/projects", new { id = project, key = "LOAD", name = "Load" });
        return new(project);
    }

    /// <summary>Lets clients work until the service is gone; does something to it when it has acknowledged so many changes more.</summary>
    public async Task RunAsync(ServiceProcess service, int changes, Func<Task> then)
    {
        const int Clients = 8;
        var enough = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var goal = Answers + changes;
        var clients = Enumerable.Range(0, Clients).Select(_ => Task.Run(() => WorkAsync(service, () =>
        {
            if (Interlocked.Increment(ref _answers) >= goal)
                enough.TrySetResult();
        }))).ToList();
        var all = Task.WhenAll(clients);
        await await Task.WhenAny(enough.Task, all).WaitAsync(Patience, TestContext.Current.CancellationToken);
        Assert.True(enough.Task.IsCompleted, $"The service was gone after {Answers} answers.");
        await then();
        await all.WaitAsync(Patience, TestContext.Current.CancellationToken);
    }

    /// <summary>Everything acknowledged is there, versions and histories agree, and the tasks are numbered 1, 2, 3 …</summary>
    public async Task AssertKeptAsync(ServiceProcess service)
    {
        var tasks = await service.Client.ListAsync($"/api/v1/tasks?projectId={project}");
        var byId = tasks.ToDictionary(task => task.GetProperty("id").GetGuid());
        foreach (var (id, (version, status)) in _acknowledged)
        {
            Assert.True(byId.TryGetValue(id, out var task), $"Task {id} was acknowledged and is gone.");
            Assert.True(VersionOf(task) >= version, $"Task {id} was acknowledged with version {version} and has {VersionOf(task)}.");
            if (VersionOf(task) == version)
                Assert.Equal(status, task.GetProperty("status").GetString());
        }

        foreach (var (id, task) in byId)
        {
            var history = await service.Client.ListAsync($"/api/v1/tasks/{id}/history");
            Assert.Equal(
                Enumerable.Range(1, (int)VersionOf(task)).Select(n => n.ToString("D10", CultureInfo.InvariantCulture)),
                history.Select(happened => happened.GetProperty("sequence").GetString()!));
        }

        Assert.Equal(
            Enumerable.Range(1, tasks.Count).Select(n => $"LOAD-{n}").Order(StringComparer.Ordinal),
            tasks.Select(task => task.GetProperty("key").GetString()!).Order(StringComparer.Ordinal));
    }

    private static long VersionOf(JsonElement task) => task.GetProperty("version").GetInt64();

    private async Task WorkAsync(ServiceProcess service, Action answered)
    {
        using var client = service.ClientWith(ServiceProcess.AdminToken);
        try
        {
            while (true)
            {
                var id = Guid.CreateVersion7();
                await ChangeAsync(client, "/api/v1/tasks", new { id, title = "Carry the load", projectId = project, labels = new[] { "load" } }, answered);
                await ChangeAsync(client, $"/api/v1/tasks/{id}/start", body: null, answered);
                await ChangeAsync(client, $"/api/v1/tasks/{id}/complete", body: null, answered);
            }
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            // The service is gone.
        }
    }

    private async Task ChangeAsync(HttpClient client, string path, object? body, Action answered)
    {
        using var answer = await client.PostAsync(path, body);
        if (!answer.IsSuccessStatusCode)
        {
            _refusals.Add(answer.StatusCode);
            return;
        }

        var task = JsonElement.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        _acknowledged[task.GetProperty("id").GetGuid()] = (VersionOf(task), task.GetProperty("status").GetString()!);
        answered();
    }
}
