using System.Net;
using System.Reflection;
using System.Text.Json.Nodes;
using MediatR;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using TaskManagement.Api.IntegrationTests.Support;
using TaskManagement.Application.Common.Access;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Tasks.Events;
using TaskManagement.Infrastructure.Persistence;

namespace TaskManagement.Api.IntegrationTests;

/// <summary>What operators see and steer, over HTTP.</summary>
public abstract class OperationsTests(DatabaseKind database) : IAsyncLifetime
{
    private const string Base = "/api/v1/operations";
    private const string Mine = $"{Base}/subscriptions/test-tasks";

    private ApiHost _host = null!;

    private HttpClient Client => _host.Client;

    public async ValueTask InitializeAsync() => _host = await ApiHost.StartAsync(
        database, configure: services => services.AddTransient<INotificationHandler<Committed<TaskCreated>>, TakeTasks>());

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_host is not null)
            await _host.DisposeAsync();
    }

    [Fact]
    public async Task A_subscription_is_listed_shown_paused_and_resumed()
    {
        await Client.CreateTaskAsync();
        await EventuallyAsync(Mine, read => read.Text("state") == "running" && (long)read["lag"]!["events"]! == 0);

        var listed = (await Client.GetAsync($"{Base}/subscriptions").ShouldBeAsync(HttpStatusCode.OK)).Items().Single(item => item.Text("name") == "test-tasks");
        Assert.Equal((nameof(TakeTasks), "task.created"), (listed.Text("handler"), (string)listed["takes"]![0]!));
        Assert.Equal("wait", listed["policy"]!.Text("afterDeadLetter"));

        Assert.True((bool)(await Client.PostJsonAsync($"{Mine}/pause").ShouldBeAsync(HttpStatusCode.OK))["changed"]!);
        Assert.False((bool)(await Client.PostJsonAsync($"{Mine}/pause", "{}").ShouldBeAsync(HttpStatusCode.OK))["changed"]!);
        Assert.Equal("paused", (await Client.GetAsync(Mine).ShouldBeAsync(HttpStatusCode.OK)).Text("state"));
        Assert.True((bool)(await Client.PostJsonAsync($"{Mine}/resume").ShouldBeAsync(HttpStatusCode.OK))["changed"]!);
    }

    [Fact]
    public async Task The_tables_are_compared_with_the_log_and_a_difference_is_no_error()
    {
        var task = await Client.CreateTaskAsync();

        var well = await Client.PostJsonAsync($"{Base}/verify").ShouldBeAsync(HttpStatusCode.OK);
        await using (var scope = _host.Services.CreateAsyncScope())
        {
            var db = scope.ServiceProvider.GetRequiredService<TaskManagementDbContext>();
            await db.Database.ExecuteSqlAsync($"UPDATE tasks SET title = 'Forged'");
        }

        var ill = await Client.PostJsonAsync($"{Base}/verify", "{}").ShouldBeAsync(HttpStatusCode.OK);

        Assert.True((bool)well["consistent"]!);
        Assert.Equal(["project", "task", "team", "webhook"], well["aggregates"]!.AsArray().Select(aggregates => aggregates!.Text("type")));
        Assert.False((bool)ill["consistent"]!);
        var difference = Assert.Single(ill["differences"]!.AsArray())!;
        Assert.Equal(("value", $"task {task.Text("id")}", "title", "Forged"), (difference.Text("kind"), difference.Text("subject"), difference.Text("field"), difference.Text("stored")));
        await Client.PostJsonAsync($"{Base}/verify", """{"repair":true}""").ShouldBeProblemAsync(HttpStatusCode.BadRequest, "request.malformed");
    }

    [Fact]
    public async Task What_is_not_there_or_not_allowed_is_a_problem_of_its_own()
    {
        await Client.GetAsync($"{Base}/subscriptions/none").ShouldBeProblemAsync(HttpStatusCode.NotFound, "subscription.not_found");
        await Client.PostJsonAsync($"{Base}/subscriptions/none/pause").ShouldBeProblemAsync(HttpStatusCode.NotFound, "subscription.not_found");
        await Client.GetAsync($"{Base}/replays/4711").ShouldBeProblemAsync(HttpStatusCode.NotFound, "replay.not_found");
        await Client.GetAsync($"{Base}/explain?subscription=test-tasks&event={Guid.CreateVersion7()}").ShouldBeProblemAsync(HttpStatusCode.NotFound, "event.not_found");
        await Client.PostJsonAsync($"{Base}/subscriptions/count-tasks/replay", "{}").ShouldBeProblemAsync(HttpStatusCode.Conflict, "subscription.rebuilt_only");
        await Client.PostJsonAsync($"{Mine}/rewind", """{"to":{"position":"900"}}""").ShouldBeProblemAsync(HttpStatusCode.Conflict, "subscription.not_beyond");
        await Client.PostJsonAsync($"{Mine}/replay", "{}").ShouldBeProblemAsync(HttpStatusCode.Conflict, "replay.empty");
    }

    [Theory]
    [InlineData("GET", "/replays/one", null, "/id")]
    [InlineData("GET", "/subscriptions?limit=3", null, "limit")]
    [InlineData("GET", "/explain?subscription=test-tasks&event=42", null, "event")]
    [InlineData("GET", "/parked?status=broken", null, "status")]
    [InlineData("GET", "/parked?subject={00000000-0000-0000-0000-000000000001}", null, "subject")]
    [InlineData("POST", "/subscriptions/test-tasks/pause", """{"why":"x"}""", "/why")]
    [InlineData("POST", "/subscriptions/test-tasks/replay", """{"since":"x"}""", "/since")]
    [InlineData("POST", "/subscriptions/test-tasks/replay", """{"from":{"at":"x"}}""", "/from/at")]
    [InlineData("POST", "/parked/retry", """{"ids":["7"]}""", "/ids/0")]
    [InlineData("POST", "/parked/discard", """{"ids":[7],"matched":3}""", "/matched")]
    public async Task A_malformed_request_is_refused_by_name(string method, string address, string? body, string where)
    {
        var problem = await Client.SendAsync(new(method), Base + address, body).ShouldBeProblemAsync(HttpStatusCode.BadRequest, "request.malformed");

        if (where != "/id")
            Assert.Contains(problem["errors"]!.AsArray(), error => (string?)error!["pointer"] == where || (string?)error["parameter"] == where);
    }

    [Theory]
    [InlineData("GET", "/explain", null, "subscription", "subscription.required")]
    [InlineData("GET", "/explain?subscription=test-tasks", null, "event", "event.required")]
    [InlineData("GET", "/parked?limit=0", null, "limit", "limit.out_of_range")]
    [InlineData("GET", "/parked?type=Task", null, "filter", "type.malformed")]
    [InlineData("GET", "/parked?cursor=x", null, "cursor", "cursor.malformed")]
    [InlineData("POST", "/subscriptions/test-tasks/replay", """{"from":{"position":"x"}}""", "/from", "position.malformed")]
    [InlineData("POST", "/subscriptions/test-tasks/replay", """{"to":{}}""", "/to", "point.malformed")]
    [InlineData("POST", "/subscriptions/test-tasks/replay", """{"types":[]}""", "/types", "types.out_of_range")]
    [InlineData("POST", "/subscriptions/test-tasks/rewind", """{"to":{"position":"1","time":"2026-01-01T00:00:00Z"}}""", "/to", "point.malformed")]
    [InlineData("POST", "/subscriptions/test-tasks/rewind", """{"to":{"time":"yesterday"}}""", "/to/time", "time.malformed")]
    [InlineData("POST", "/parked/retry", "{}", "/ids", "choice.required")]
    [InlineData("POST", "/parked/discard", """{"ids":[7]}""", "/reason", "reason.required")]
    [InlineData("POST", "/handlers/test", "{}", "/subscription", "subscription.required")]
    [InlineData("POST", "/handlers/test", """{"subscription":"test-tasks"}""", "/event", "event.required")]
    public async Task An_invalid_value_is_refused_where_it_is(string method, string address, string? body, string where, string code)
    {
        var problem = await Client.SendAsync(new(method), Base + address, body).ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "request.invalid");

        Assert.Contains(problem["errors"]!.AsArray(), error => error!.Text("code") == code && ((string?)error!["pointer"] ?? (string?)error!["parameter"]) == where);
    }

    [Fact]
    public async Task A_replay_that_is_asked_for_twice_with_one_key_is_started_once()
    {
        await Client.CreateTaskAsync();
        await EventuallyAsync(Mine, read => (long)read["lag"]!["events"]! == 0 && read.Text("position") != "0");

        var first = await Client.PostJsonAsync($"{Mine}/replay", """{"to":{"position":"1"}}""", ("Idempotency-Key", "replay-1")).ShouldBeAsync(HttpStatusCode.OK);
        using var second = await Client.PostJsonAsync($"{Mine}/replay", """{"to":{"position":"1"}}""", ("Idempotency-Key", "replay-1"));

        Assert.Equal("true", second.Headers.GetValues("Idempotency-Replayed").Single());
        Assert.Equal(first.ToJsonString(), (await second.JsonAsync()).ToJsonString());
        Assert.Single((await Client.GetAsync($"{Base}/replays").ShouldBeAsync(HttpStatusCode.OK)).Items());
        await EventuallyAsync($"{Base}/replays/{first["replay"]}", read => read.Text("state") == "finished" && (long)read["delivered"]! == 1);
        Assert.Equal("finished", (await Client.PostJsonAsync($"{Base}/replays/{first["replay"]}/cancel").ShouldBeAsync(HttpStatusCode.OK)).Text("state"));
    }

    [Fact]
    public async Task A_dead_letter_is_explained_discarded_and_in_the_feed()
    {
        var task = (await Client.CreateTaskAsync(TakeTasks.Unwanted)).Id();
        await EventuallyAsync($"{Base}/parked?status=dead&subject={task}", read => read.Items().Any());
        var parked = (await Client.GetAsync($"{Base}/parked?type=task.*&subscription=test-tasks").ShouldBeAsync(HttpStatusCode.OK)).Items().Single();

        var explanation = await Client.GetAsync($"{Base}/explain?subscription=test-tasks&event={parked["event"]!.Id()}").ShouldBeAsync(HttpStatusCode.OK);
        Assert.Equal("dead", explanation.Text("state"));
        var test = await Client.PostJsonAsync($"{Base}/handlers/test", $$"""{"subscription":"test-tasks","event":"{{parked["event"]!.Id()}}"}""").ShouldBeAsync(HttpStatusCode.OK);
        Assert.Equal("failed_for_good", test.Text("outcome"));
        var health = await Client.GetAsync($"{Base}/health").ShouldBeAsync(HttpStatusCode.OK);
        Assert.Equal("1 dead letter waits for someone to retry or to discard.", (string)health["findings"]!.AsArray().Single()!);

        var discard = await Client.PostJsonAsync($"{Base}/parked/discard", $$"""{"ids":[{{parked["id"]}}],"reason":"Not wanted."}""").ShouldBeAsync(HttpStatusCode.OK);
        Assert.Equal(1, (int)discard["discarded"]!);
        await EventuallyAsync("/api/v1/events?type=subscription.event_discarded", read => read.Items().Any(item => item["data"]!.Text("reason") == "Not wanted."));
    }

    [Fact]
    public async Task All_of_it_is_for_administrators()
    {
        var endpoints = _host.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.RoutePattern.RawText!.StartsWith("/api/v1/operations", StringComparison.Ordinal)).ToList();

        Assert.NotEmpty(endpoints);
        // An endpoint has the name of its use case.
        var useCases = typeof(RequiresAttribute).Assembly.GetTypes().ToLookup(type => type.Name, StringComparer.Ordinal);
        Assert.All(endpoints, endpoint => Assert.Equal(Scopes.Admin, RequiresAttribute.Of(useCases[endpoint.Metadata.GetRequiredMetadata<MethodInfo>().Name].Single()).Scope));
        Assert.Contains((await Client.GetAsync($"{Base}/handlers").ShouldBeAsync(HttpStatusCode.OK)).Items(), handler => handler.Text("handler") == nameof(TakeTasks));
    }

    private async Task EventuallyAsync(string address, Func<JsonNode, bool> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!condition(await Client.GetAsync(address).ShouldBeAsync(HttpStatusCode.OK)))
            await Task.Delay(50, limit.Token);
    }
}

[Subscription("test-tasks", Replayable = true)]
internal sealed class TakeTasks : INotificationHandler<Committed<TaskCreated>>
{
    public const string Unwanted = "Unwanted";

    public Task Handle(Committed<TaskCreated> notification, CancellationToken cancellationToken) =>
        notification.Event.Title == Unwanted ? throw new PermanentFailureException("This is not wanted.") : Task.CompletedTask;
}

public sealed class OperationsOnSqliteTests() : OperationsTests(DatabaseKind.Sqlite);

public sealed class OperationsOnPostgreSqlTests() : OperationsTests(DatabaseKind.PostgreSql);
