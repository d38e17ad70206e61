using System.Net;
using System.Text.Json.Nodes;
using TaskManagement.Api.IntegrationTests.Broker;
using TaskManagement.Api.IntegrationTests.Streams;
using TaskManagement.Api.IntegrationTests.Support;
using TaskManagement.Api.IntegrationTests.Webhooks;
using TaskManagement.TestSupport;
using TaskManagement.TestSupport.Databases;
using static TaskManagement.Api.IntegrationTests.Support.Http;

namespace TaskManagement.Api.IntegrationTests;

/// <summary>All that leaves the service goes on when its database was away.</summary>
public sealed class DatabaseRestartTests : IDisposable
{
    private const int Writers = 8;
    private const int TasksEach = 50;

    private readonly TemporaryFolder _folder = new();
    private int _created;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Streams_webhooks_and_the_broker_miss_nothing_when_the_database_is_restarted()
    {
        await using var database = await PostgreSqlProcess.StartOrSkipAsync(isDurable: true);
        await using var broker = await RabbitMqProcess.StartOrSkipAsync();
        await using var consumer = await Consumer.StartAsync(broker, "tasks", "taskmanagement.task.#");
        await using var receiver = await Receiver.StartAsync();
        await using var service = await ServiceProcess.StartAsync(
            _folder,
            ("Database:Provider", "PostgreSql"),
            ("Database:ConnectionString", database.ConnectionString + ";Database=postgres;Timeout=5"),
            ("RabbitMq:Enabled", "true"),
            ("RabbitMq:ConnectionString", broker.ConnectionString),
            ("RabbitMq:Exchange", Consumer.Exchange),
            ("Webhooks:AllowPrivateNetworks", "127.0.0.1/32"),
            ("Notifications:Delivery", "None"),
            ("Events:LeaseSeconds", "3"));
        await service.Client
            .PostJsonAsync("/api/v1/webhooks", new JsonObject { ["url"] = receiver.Url, ["eventTypes"] = new JsonArray("task.*") }.ToJsonString())
            .ShouldBeAsync(HttpStatusCode.Created);
        await using var stream = await EventStreamClient.OpenAsync(service.Client, "?after=0&type=task.*");

        var writing = Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => CreateAsync(service.Client)));
        await RestartAsync(database, after: 100, isClean: false);
        await RestartAsync(database, after: 250, isClean: true);
        await writing;

        var log = (await FeedSteps.FeedAsync(service.Client, "&type=task.*")).Select(logged => JsonNode.Parse(logged.Json)!.Id()).ToList();
        Assert.Equal(Writers * TasksEach, log.Count);
        Assert.Equal(log, (await stream.TakeAsync(log.Count)).Select(item => JsonNode.Parse(item.Data)!.Id()));
        await Eventually.IsTrueAsync("all events are published", () => Task.FromResult(Published().Count >= log.Count));
        Assert.Equal(log, Published());
        await Eventually.IsTrueAsync("all events arrive at the webhook", () => Task.FromResult(Called().Count >= log.Count));
        Assert.Equal(log.Order(StringComparer.Ordinal), Called().Order(StringComparer.Ordinal));

        // What was sent and not noted may come again.
        List<string> Published() => [.. consumer.Messages.Select(message => message.Properties.MessageId!).Distinct()];
        List<string> Called() => [.. receiver.Calls.Select(call => (string)call.Event!["id"]!).Distinct()];
    }

    private async Task RestartAsync(PostgreSqlProcess database, int after, bool isClean)
    {
        await Eventually.IsTrueAsync($"{after} tasks are created", () => Task.FromResult(Volatile.Read(ref _created) >= after));
        await database.RestartAsync(isClean);
    }

    private async Task CreateAsync(HttpClient client)
    {
        for (var i = 0; i < TasksEach; i++)
        {
            var id = Guid.CreateVersion7().ToString();
            // What is asked for is the same however often it is sent.
            await Eventually.IsTrueAsync("the task is created", async () =>
            {
                using var response = await client.PostJsonAsync(TasksUrl, $$"""{"id":"{{id}}","title":"Task {{i}}"}""", ("Idempotency-Key", id));
                // Nothing else is an answer to who only comes at a bad time.
                Assert.True(response.StatusCode is HttpStatusCode.Created or HttpStatusCode.ServiceUnavailable, await response.Content.ReadAsStringAsync());
                return response.StatusCode == HttpStatusCode.Created;
            });
            Interlocked.Increment(ref _created);
        }
    }
}
