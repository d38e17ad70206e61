using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using TaskManagement.Api.IntegrationTests.Support;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Application.Incoming;
using TaskManagement.Domain.Common;
using TaskManagement.Domain.Incoming.Events;
using TaskManagement.Infrastructure.Persistence;
using TaskManagement.TestSupport;
using static TaskManagement.Api.IntegrationTests.Support.CloudEvents;

namespace TaskManagement.Api.IntegrationTests;

public abstract class CloudEventHandlerTests(DatabaseKind database)
{
    [Fact]
    public async Task Handlers_get_the_events_of_the_types_that_they_name_in_the_transaction_and_after_the_commit()
    {
        await using var host = await StartAsync();
        await host.Client.PostBatchAsync(
            Event("1", "com.example.build.failed"), Event("2", "com.example.deploy"), Event("3", "com.example.build"), Event("4", "com.example.deployed")).ShouldBeAsync(HttpStatusCode.OK);

        var seen = host.Services.GetRequiredService<Seen>();
        Assert.Equal(["build 1", "any 1", "any 2", "any 3", "any 4"], seen.InTransaction);
        await Eventually.IsTrueAsync("all events are delivered", () => Task.FromResult(seen.AfterCommit.Count >= 6));
        Assert.Equal(["1", "2"], seen.AfterCommit.Where(line => line.StartsWith("chosen ", StringComparison.Ordinal)).Select(line => line[7..]));
        Assert.Equal(["1", "2", "3", "4"], seen.AfterCommit.Where(line => line.StartsWith("all ", StringComparison.Ordinal)).Select(line => line[4..]));
    }

    [Fact]
    public async Task A_handler_in_the_transaction_that_refuses_an_event_refuses_all_that_came_with_it()
    {
        await using var host = await StartAsync();

        var problem = await host.Client.PostBatchAsync(Event("1"), Event("2", "com.example.build.refused"), Event("3"))
            .ShouldBeProblemAsync(HttpStatusCode.Conflict, "build.refused");

        Assert.Equal(("build.refused", "/1"), (problem["errors"]![0]!.Text("code"), problem["errors"]![0]!.Text("pointer")));
        Assert.Empty(await host.Client.ReceivedAsync(0));
        Assert.Equal(["received", "received"], await host.Client.PostBatchAsync(Event("1"), Event("3")).ResultsAsync());
    }

    [Fact]
    public async Task The_operations_say_which_types_a_handler_takes()
    {
        await using var host = await StartAsync();

        var handlers = (await host.Client.GetAsync("/api/v1/operations/handlers").ShouldBeAsync(HttpStatusCode.OK)).Items().ToDictionary(item => item.Text("handler"), StringComparer.Ordinal);

        Assert.Equal("""["com.example.build.*","com.example.deploy"]""", handlers[nameof(SeeChosen)]["cloudEventTypes"]!.ToJsonString());
        Assert.Equal("""["com.example.build.*"]""", handlers[nameof(SeeBuilds)]["cloudEventTypes"]!.ToJsonString());
        Assert.Null(handlers[nameof(SeeAll)]["cloudEventTypes"]);
    }

    [Fact]
    public async Task A_handler_is_not_tested_with_an_event_that_it_does_not_take()
    {
        await using var host = await StartAsync();
        await host.Client.PostBatchAsync(Event("1"), Event("2", "com.example.other")).ShouldBeAsync(HttpStatusCode.OK);
        var received = await host.Client.ReceivedAsync(2);

        Assert.Equal(["handled", "not_taken"], await Task.WhenAll(received.Select(async item => (await host.Client.PostJsonAsync(
            "/api/v1/operations/handlers/test", new JsonObject { ["subscription"] = "see-chosen", ["event"] = item.Id() }.ToJsonString()).ShouldBeAsync(HttpStatusCode.OK)).Text("outcome"))));
    }

    // Whoever forwards to the service what comes from the service goes round in circles, and the id that is passed on tells.
    [Fact]
    public async Task An_event_of_this_service_that_is_sent_back_to_it_again_and_again_comes_to_an_end()
    {
        await using var host = await ApiHost.StartAsync(database, new() { ["Events:MaxCausationDepth"] = "3" });
        await host.Client.CreateTaskAsync();
        var coming = (await host.Client.GetAsync("/api/v1/events").ShouldBeAsync(HttpStatusCode.OK)).Items().LastOrDefault();
        await Eventually.IsTrueAsync("the task is in the feed", async () =>
            (coming = (await host.Client.GetAsync("/api/v1/events").ShouldBeAsync(HttpStatusCode.OK)).Items().LastOrDefault()) is not null);

        for (var round = 1; round <= 3; round++)
        {
            Assert.Equal(["received"], await host.Client.PostEventAsync(coming!.DeepClone()).ResultsAsync());
            Assert.Equal(["duplicate"], await host.Client.PostEventAsync(coming!.DeepClone()).ResultsAsync());
            coming = (await host.Client.ReceivedAsync(round))[^1];
        }

        var problem = await host.Client.PostEventAsync(coming!.DeepClone()).ShouldBeProblemAsync(HttpStatusCode.Conflict, "event.causation_loop");
        Assert.Equal("", problem["errors"]![0]!.Text("pointer"));

        // Nor does the record of the refusal begin another round.
        await host.Client.CreateTaskAsync();
        var types = new List<string>();
        await Eventually.IsTrueAsync("the second task is in the feed", async () =>
        {
            types = [.. (await host.Client.GetAsync("/api/v1/events").ShouldBeAsync(HttpStatusCode.OK)).Items().Select(item => item.Text("type").Split('.', 2)[1])];
            return types.Count(type => type == "task.created.v1") == 2;
        });
        Assert.Equal(["task.created.v1", "cloud_event.received.v1", "cloud_event.received.v1", "cloud_event.received.v1", "task.created.v1"], types);
    }

    private Task<ApiHost> StartAsync() => ApiHost.StartAsync(database, configure: services => services
        .AddSingleton<Seen>()
        .AddScoped<INotificationHandler<IncomingCloudEvent>, SeeBuilds>()
        .AddScoped<INotificationHandler<IncomingCloudEvent>, SeeAny>()
        .AddScoped<INotificationHandler<Committed<IncomingCloudEvent>>, SeeChosen>()
        .AddScoped<INotificationHandler<Committed<IncomingCloudEvent>>, SeeAll>());

    private sealed class Seen
    {
        public ConcurrentQueue<string> InTransaction { get; } = [];

        public ConcurrentQueue<string> AfterCommit { get; } = [];
    }

    [CloudEventTypes("com.example.build.*")]
    private sealed class SeeBuilds(Seen seen) : INotificationHandler<IncomingCloudEvent>
    {
        public Task Handle(IncomingCloudEvent notification, CancellationToken cancellationToken)
        {
            if (notification.Type == "com.example.build.refused")
                throw new DomainException("build.refused", "Not this one.");
            seen.InTransaction.Enqueue($"build {notification.Id}");
            return Task.CompletedTask;
        }
    }

    private sealed class SeeAny(Seen seen) : INotificationHandler<IncomingCloudEvent>
    {
        public Task Handle(IncomingCloudEvent notification, CancellationToken cancellationToken)
        {
            seen.InTransaction.Enqueue($"any {notification.Id}");
            return Task.CompletedTask;
        }
    }

    [CloudEventTypes("com.example.build.*", "com.example.deploy")]
    private sealed class SeeChosen(Seen seen) : INotificationHandler<Committed<IncomingCloudEvent>>
    {
        public Task Handle(Committed<IncomingCloudEvent> notification, CancellationToken cancellationToken)
        {
            seen.AfterCommit.Enqueue($"chosen {notification.Event.Id}");
            return Task.CompletedTask;
        }
    }

    private sealed class SeeAll(Seen seen) : INotificationHandler<Committed<IncomingCloudEvent>>
    {
        public Task Handle(Committed<IncomingCloudEvent> notification, CancellationToken cancellationToken)
        {
            seen.AfterCommit.Enqueue($"all {notification.Event.Id}");
            return Task.CompletedTask;
        }
    }
}

public sealed class CloudEventHandlerTestsOnSqlite() : CloudEventHandlerTests(DatabaseKind.Sqlite);

public sealed class CloudEventHandlerTestsOnPostgreSql() : CloudEventHandlerTests(DatabaseKind.PostgreSql);

public sealed class CloudEventHandlerTestsOnSqlServer() : CloudEventHandlerTests(DatabaseKind.SqlServer);
