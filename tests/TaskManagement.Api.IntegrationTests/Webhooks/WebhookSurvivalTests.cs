using System.Net;
using System.Text.Json.Nodes;
using TaskManagement.Api.IntegrationTests.Support;
using TaskManagement.Infrastructure.Persistence;
using TaskManagement.TestSupport;
using TaskManagement.TestSupport.Databases;

namespace TaskManagement.Api.IntegrationTests.Webhooks;

/// <summary>Calls survive the deaths of both sides.</summary>
public sealed class WebhookSurvivalTests : IDisposable
{
    private const int Lanes = 8;
    private const int TasksPerLane = 25;
    private const int ChangesPerTask = 10;

    private readonly TemporaryFolder _folder = new();
    private volatile ServiceProcess _service = null!;
    private int _changes;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.PostgreSql)]
    public async Task A_receiver_that_fails_often_and_is_killed_gets_every_event_in_order_from_a_service_that_is_killed(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        (string Name, string Value)[] settings =
        [
            .. database.Settings.Select(setting => (setting.Key, setting.Value!)),
            ("Notifications:Delivery", "None"), ("Events:LeaseSeconds", "3"), ("Webhooks:AllowPrivateNetworks", "127.0.0.1/32"),
            ("Webhooks:BackoffBaseSeconds", "0.05"), ("Webhooks:BackoffCapSeconds", "0.5"), ("Webhooks:MaxAttempts", "100"),
        ];
        _service = await ServiceProcess.StartAsync(_folder, settings);
        var receiver = await Receiver.StartAsync();
        var port = receiver.Port;
        var webhook = await _service.Client
            .PostJsonAsync("/api/v1/webhooks", new JsonObject { ["url"] = receiver.Url, ["eventTypes"] = new JsonArray("task.*") }.ToJsonString())
            .ShouldBeAsync(HttpStatusCode.Created);
        var behaviour = new JsonObject { ["failing"] = 0.3, ["secrets"] = new JsonArray(webhook.Text("secret")) };
        await receiver.BecomeAsync(behaviour.DeepClone().AsObject());

        var writing = Task.WhenAll(Enumerable.Range(0, Lanes).Select(WriteAsync));
        var calls = new List<Receiver.Call>();
        foreach (var (changes, kill) in new[] { (400, "service"), (600, "receiver"), (900, "service"), (1200, "receiver"), (1500, "service") })
        {
            await Eventually.IsTrueAsync($"{changes} changes are made", () => Task.FromResult(Volatile.Read(ref _changes) >= changes));
            if (kill == "service")
            {
                await RestartAsync(settings);
                continue;
            }

            calls.AddRange(await receiver.KillAsync());
            receiver = await Receiver.StartAsync(port);
            await receiver.BecomeAsync(behaviour.DeepClone().AsObject());
        }

        await writing;
        var log = (await _service.Client.FeedAsync("task.*")).Select(item => item.Id()).ToHashSet(StringComparer.Ordinal);
        IEnumerable<Receiver.Call> Taken() => calls.Concat(receiver.Calls).Where(call => call.Answered == 200);
        int Arrived() => Taken().Select(IdOf).Distinct().Count();
        // However slow the machine, it is enough that they go on arriving.
        for (var arrived = Arrived(); arrived < log.Count; arrived = Arrived())
            await Eventually.IsTrueAsync($"more than {arrived} of {log.Count} events arrive", () => Task.FromResult(Arrived() > arrived));

        var taken = Taken().ToList();
        Assert.True(log.SetEquals(taken.Select(IdOf)));
        Assert.All(taken.GroupBy(call => call.Subject), lane =>
        {
            var first = lane.Select(call => call.Sequence).Distinct().ToList();
            Assert.Equal(first.Order(), first);
        });
        Assert.All(taken.GroupBy(IdOf), repeated => Assert.Single(repeated.Select(call => call.Id).Distinct()));
        // A receiver that has just been started again takes calls before it is told the secret.
        Assert.All(taken, call => Assert.True(call.Verified.All(accepted => accepted) && call.Error is null));
        Assert.True(taken.Count(call => call.Verified.Count > 0) > taken.Count / 2);
        TestContext.Current.TestOutputHelper?.WriteLine($"{log.Count} events, {taken.Count} calls taken, {taken.Count - log.Count} of them repeated.");
        await receiver.DisposeAsync();
        await _service.DisposeAsync();
    }

    private static string IdOf(Receiver.Call call) => (string)call.Event!["id"]!;

    private async Task WriteAsync(int lane)
    {
        for (var i = 0; i < TasksPerLane; i++)
        {
            var id = Guid.CreateVersion7();
            await UntilDoneAsync(() => _service.Client.PostJsonAsync(Support.Http.TasksUrl, $$"""{"id":"{{id}}","title":"Task {{lane}}.{{i}}"}""", ("Idempotency-Key", id.ToString())));
            for (var change = 1; change < ChangesPerTask; change++)
            {
                var title = $"Task {lane}.{i}, change {change}";
                await UntilDoneAsync(() => _service.Client.PatchJsonAsync($"{Support.Http.TasksUrl}/{id}", $$"""{"title":"{{title}}"}"""));
            }
        }
    }

    /// <summary>Sends a request until it is answered: what it asks for is the same however often it is sent.</summary>
    private async Task UntilDoneAsync(Func<Task<HttpResponseMessage>> send)
    {
        await Eventually.IsTrueAsync("the service answers", async () =>
        {
            try
            {
                using var response = await send();
                return response.IsSuccessStatusCode;
            }
            catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException or ObjectDisposedException)
            {
                return false;
            }
        });
        Interlocked.Increment(ref _changes);
    }

    private async Task RestartAsync((string Name, string Value)[] settings)
    {
        var killed = _service;
        await killed.KillAsync();
        _service = await ServiceProcess.StartAsync(_folder, settings);
        await killed.DisposeAsync();
    }
}
