using System.Net;
using System.Text.Json.Nodes;
using TaskManagement.Api.IntegrationTests.Support;
using TaskManagement.Infrastructure.Persistence;
using TaskManagement.TestSupport;

namespace TaskManagement.Api.IntegrationTests.Broker;

/// <summary>Events reach a broker, a real one, also if it is not there for a while.</summary>
public sealed class RabbitMqTests
{
    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.PostgreSql)]
    public async Task Every_event_is_published_in_order_under_its_type_and_read_by_an_independent_package(DatabaseKind database)
    {
        await using var broker = await RabbitMqProcess.StartOrSkipAsync();
        await using var consumer = await Consumer.StartAsync(broker, "all", "#");
        await using var cancellations = await Consumer.StartAsync(broker, "cancellations", "taskmanagement.task.cancelled.#");
        await using var host = await StartAsync(database, broker);
        await using var parser = await NodeScript.StartOrSkipAsync("parse.mjs");
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async lane =>
        {
            for (var i = 0; i < 25; i++)
            {
                var task = await host.Client.CreateTaskAsync($"Task {lane}.{i}");
                await host.Client.PostJsonAsync($"{Support.Http.TasksUrl}/{task.Id()}/cancel").ShouldBeAsync(HttpStatusCode.OK);
            }
        }));
        var log = await host.Client.FeedAsync();
        await Eventually.IsTrueAsync("all events arrive", () => Task.FromResult(consumer.Messages.Count >= log.Count));

        Assert.Equal(log.Select(item => item.Id()), consumer.Messages.Select(message => message.Properties.MessageId));
        foreach (var (message, item) in consumer.Messages.Zip(log))
        {
            Assert.Equal(item.Text("type"), message.RoutingKey);
            Assert.Equal((true, "application/cloudevents+json; charset=utf-8"), (message.Properties.Persistent, message.Properties.ContentType));
            await parser.WriteLineAsync(new JsonObject
            {
                ["headers"] = new JsonObject { ["content-type"] = message.Properties.ContentType },
                ["body"] = message.Body,
            }.ToJsonString());
            var parsed = JsonNode.Parse(await parser.ReadLineAsync())!;
            Assert.True(parsed["event"] is not null, parsed.ToJsonString());
            Assert.True(JsonNode.DeepEquals(item["data"], parsed["event"]!["data"]));
        }

        await Eventually.IsTrueAsync("the cancellations arrive", () => Task.FromResult(cancellations.Messages.Count == 200));
        Assert.All(cancellations.Messages, message => Assert.Equal("taskmanagement.task.cancelled.v1", message.RoutingKey));
    }

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.PostgreSql)]
    public async Task A_broker_that_is_down_delays_loses_nothing_and_blocks_no_one(DatabaseKind database)
    {
        await using var broker = await RabbitMqProcess.StartOrSkipAsync();
        await using var host = await StartAsync(database, broker);
        await using (await Consumer.StartAsync(broker, "durable", "#"))
        {
            await host.Client.CreateTaskAsync("Before");
            await Eventually.IsTrueAsync("the first event is published", async () => (await SubscriptionAsync(host))["lag"]!["events"]!.GetValue<long>() == 0);
        }

        await broker.StopAsync();
        var tasks = new List<string>();
        for (var i = 0; i < 50; i++)
            tasks.Add((await host.Client.CreateTaskAsync($"While it is down {i}")).Id());

        await Eventually.IsTrueAsync("the subscription says why it stands still", async () => (await SubscriptionAsync(host))["obstacle"] is not null);
        Assert.StartsWith("The broker at 127.0.0.1:", (await SubscriptionAsync(host))["obstacle"]!.Text("reason"), StringComparison.Ordinal);
        await Eventually.IsTrueAsync("all other subscriptions go on", async () =>
            (await host.Client.GetAsync("/api/v1/operations/subscriptions").ShouldBeAsync(HttpStatusCode.OK)).Items()
            .Where(subscription => subscription.Text("name") != "rabbitmq").All(subscription => subscription["lag"]!["events"]!.GetValue<long>() == 0));
        Assert.Empty((await host.Client.GetAsync("/api/v1/operations/parked").ShouldBeAsync(HttpStatusCode.OK)).Items());

        await broker.StartAsync();
        await using var after = await Consumer.StartAsync(broker, "durable", "#");
        await Eventually.IsTrueAsync("all events arrive", () => Task.FromResult(Subjects(after).Count >= tasks.Count));
        // What was sent and not confirmed may come again; in the order of first arrival nothing is missing.
        Assert.Equal(tasks, Subjects(after));
        await Eventually.IsTrueAsync("the obstacle is gone", async () => (await SubscriptionAsync(host))["obstacle"] is null);
    }

    private static List<string> Subjects(Consumer consumer) =>
    [
        .. consumer.Messages.Where(message => message.RoutingKey == "taskmanagement.task.created.v1")
            .Select(message => JsonNode.Parse(message.Body)!)
            .Where(cloudEvent => cloudEvent["data"]!.Text("title") != "Before")
            .Select(cloudEvent => cloudEvent.Text("subject")).Distinct(),
    ];

    private static Task<JsonNode> SubscriptionAsync(ApiHost host) =>
        host.Client.GetAsync("/api/v1/operations/subscriptions/rabbitmq").ShouldBeAsync(HttpStatusCode.OK);

    private static Task<ApiHost> StartAsync(DatabaseKind database, RabbitMqProcess broker) => ApiHost.StartAsync(database, new(StringComparer.Ordinal)
    {
        ["RabbitMq:Enabled"] = "true",
        ["RabbitMq:ConnectionString"] = broker.ConnectionString,
        ["RabbitMq:Exchange"] = Consumer.Exchange,
        ["Events:LeaseSeconds"] = "3",
    });
}
