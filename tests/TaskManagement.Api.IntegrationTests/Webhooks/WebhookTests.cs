using System.Net;
using System.Text.Json.Nodes;
using TaskManagement.Api.IntegrationTests.Support;
using TaskManagement.Infrastructure.Persistence;
using TaskManagement.TestSupport;

namespace TaskManagement.Api.IntegrationTests.Webhooks;

/// <summary>What a webhook is called about, and what becomes of calls that fail.</summary>
public abstract class WebhookTests(DatabaseKind database)
{
    private const string WebhooksUrl = "/api/v1/webhooks";

    private static readonly Dictionary<string, string?> Quick = new(StringComparer.Ordinal)
    {
        ["Webhooks:AllowPrivateNetworks"] = "127.0.0.0/8",
        ["Webhooks:BackoffBaseSeconds"] = "0.05",
        ["Webhooks:BackoffFactor"] = "1",
        ["Events:LeaseSeconds"] = "3",
    };

    [Fact]
    public async Task Every_call_is_verified_and_read_by_independent_packages_also_while_the_secret_changes()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var host = await StartAsync();
        var webhook = await CreateAsync(host, receiver, "*");
        var first = webhook.Text("secret");
        Assert.StartsWith("whsec_", first, StringComparison.Ordinal);
        Assert.Null((await host.Client.GetAsync($"{WebhooksUrl}/{webhook.Id()}").ShouldBeAsync(HttpStatusCode.OK))["secret"]);
        await receiver.BecomeAsync(new() { ["secrets"] = new JsonArray(first) });

        var task = await host.Client.CreateTaskAsync("Watch");
        var call = await CallAsync(receiver, call => call.Subject == task.Id());
        Assert.Equal((1, (string?)null), (call.Signatures, call.Error));
        Assert.Equal([true], call.Verified);
        Assert.Equal("taskmanagement.task.created.v1", call.Type);
        Assert.Equal($"{(string)call.Event!["id"]!}_{webhook.Id()}", call.Id);
        var logged = (await host.Client.GetAsync($"/api/v1/events?subject={task.Id()}").ShouldBeAsync(HttpStatusCode.OK)).Items().Single();
        Assert.True(JsonNode.DeepEquals(logged["data"], call.Event!["data"]));

        var second = (await host.Client.PostJsonAsync($"{WebhooksUrl}/{webhook.Id()}/rotate-secret").ShouldBeAsync(HttpStatusCode.OK)).Text("secret");
        await receiver.BecomeAsync(new() { ["secrets"] = new JsonArray(first, second) });
        var during = await host.Client.CreateTaskAsync("During");
        call = await CallAsync(receiver, call => call.Subject == during.Id());
        Assert.Equal([true, true], call.Verified);
        Assert.Equal(2, call.Signatures);

        var third = (await host.Client.PostJsonAsync($"{WebhooksUrl}/{webhook.Id()}/rotate-secret", """{"overlapHours":0}""").ShouldBeAsync(HttpStatusCode.OK)).Text("secret");
        await receiver.BecomeAsync(new() { ["secrets"] = new JsonArray(first, second, third) });
        var after = await host.Client.CreateTaskAsync("After");
        call = await CallAsync(receiver, call => call.Subject == after.Id());
        Assert.Equal([false, false, true], call.Verified);
        Assert.Equal(1, call.Signatures);
    }

    [Fact]
    public async Task A_webhook_is_called_about_the_types_it_names_from_then_on()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var host = await StartAsync();
        await host.Client.CreateTaskAsync("Before");
        var webhook = await CreateAsync(host, receiver, "task.cancelled", "taskmanagement.project.*");
        var task = await host.Client.CreateTaskAsync("Watch");
        await CancelAsync(host, task);
        await host.Client.CreateProjectAsync();
        await EventuallyAsync(receiver, calls => calls.Count == 2);
        Assert.Equal(["taskmanagement.project.created.v1", "taskmanagement.task.cancelled.v1"], receiver.Calls.Select(call => call.Type).Order(StringComparer.Ordinal));

        var changed = await host.Client.PatchJsonAsync($"{WebhooksUrl}/{webhook.Id()}", """{"eventTypes":["task.created"],"description":"For the wall."}""").ShouldBeAsync(HttpStatusCode.OK);
        Assert.Equal(("For the wall.", "task.created"), (changed.Text("description"), (string)changed["eventTypes"]![0]!));
        await Eventually.IsTrueAsync("the new types are called about", async () =>
        {
            await host.Client.CreateTaskAsync("New");
            return receiver.Calls.Any(call => call.Type == "taskmanagement.task.created.v1");
        });
    }

    [Fact]
    public async Task What_fails_is_tried_again_in_order_for_each_task_and_every_attempt_is_on_record()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var host = await StartAsync();
        var webhook = await CreateAsync(host, receiver, "task.*");
        await receiver.BecomeAsync(new() { ["status"] = 500, ["body"] = new string('x', 5000) + "\0" });
        var task = await host.Client.CreateTaskAsync("Watch");
        await CancelAsync(host, task);
        await EventuallyAsync(receiver, calls => calls.Count >= 3);
        await receiver.BecomeAsync(new() { ["status"] = 204, ["body"] = "" });

        await EventuallyAsync(receiver, calls => calls.Any(call => call.Answered == 204 && call.Type == "taskmanagement.task.cancelled.v1"));
        var taken = receiver.Calls;
        Assert.Equal([1, 2, 3], taken.Where(call => call.Answered == 204).Select(call => call.Sequence));
        Assert.All(taken.Where(call => call.Answered == 500), call => Assert.Equal(1, call.Sequence));
        Assert.Single(taken.Where(call => call.Sequence == 1).Select(call => call.Id).Distinct());
        await Eventually.IsTrueAsync("all calls are on record", async () => (await DeliveriesAsync(host, webhook)).Count == taken.Count);

        var records = await DeliveriesAsync(host, webhook, "?succeeded=false&limit=2");
        Assert.Equal(2, records.Count);
        Assert.Equal((500, 4096, false, "The receiver answered 500."), ((int)records[0]["responseStatus"]!, records[0].Text("responseBody").Length, (bool)records[0]["succeeded"]!, records[0].Text("error")));
        Assert.True((int)records[0]["attempt"]! > (int)records[1]["attempt"]!);
        Assert.Equal(3, (await DeliveriesAsync(host, webhook, "?succeeded=true")).Count);
    }

    [Fact]
    public async Task One_that_is_dead_slows_no_other()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var dead = await Receiver.StartAsync();
        await using var host = await StartAsync(("Webhooks:TimeoutSeconds", "60"));
        await dead.BecomeAsync(new() { ["hang"] = true });
        await CreateAsync(host, dead, "*");
        await CreateAsync(host, receiver, "task.*");

        for (var i = 0; i < 20; i++)
            await host.Client.CreateTaskAsync($"Task {i}");
        await EventuallyAsync(receiver, calls => calls.Count == 20);
        Assert.All(dead.Calls, call => Assert.Null(call.Answered));
    }

    [Fact]
    public async Task Who_answers_410_is_called_no_more_until_someone_switches_it_on_and_then_about_all_that_was_missed()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var host = await StartAsync();
        var webhook = await CreateAsync(host, receiver, "task.*");
        await receiver.BecomeAsync(new() { ["status"] = 410 });
        var task = await host.Client.CreateTaskAsync("Watch");

        await Eventually.IsTrueAsync("the webhook is switched off", async () => !(bool)(await GetAsync(host, webhook))["active"]!);
        Assert.Equal("gone", (await GetAsync(host, webhook)).Text("disabledReason"));
        var said = (await host.Client.GetAsync("/api/v1/events?type=webhook.disabled").ShouldBeAsync(HttpStatusCode.OK)).Items().Single();
        Assert.Equal((webhook.Id(), "gone"), (said.Text("subject"), said["data"]!.Text("reason")));
        await CancelAsync(host, task);
        await Eventually.IsTrueAsync("an alert is raised", async () =>
            (await host.Client.GetAsync("/api/v1/alerts").ShouldBeAsync(HttpStatusCode.OK)).Items().Any(alert => alert.Text("source") == $"webhook:{webhook.Id()}"));
        Assert.Single(receiver.Calls);

        await receiver.BecomeAsync(new() { ["status"] = 200 });
        await host.Client.PatchJsonAsync($"{WebhooksUrl}/{webhook.Id()}", """{"active":true}""").ShouldBeAsync(HttpStatusCode.OK);
        await EventuallyAsync(receiver, calls => calls.Count(call => call.Answered == 200) == 3);
        Assert.Equal([1, 2, 3], receiver.Calls.Where(call => call.Answered == 200).Select(call => call.Sequence));
    }

    [Fact]
    public async Task One_that_fails_for_too_long_is_switched_off()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var host = await StartAsync(("Webhooks:DisableAfterHours", "0.0001"), ("Webhooks:MaxAttempts", "100"));
        var webhook = await CreateAsync(host, receiver, "task.*");
        await receiver.BecomeAsync(new() { ["status"] = 503 });
        await host.Client.CreateTaskAsync("Watch");

        await Eventually.IsTrueAsync("the webhook is switched off", async () => !(bool)(await GetAsync(host, webhook))["active"]!);
        Assert.Equal("failing", (await GetAsync(host, webhook)).Text("disabledReason"));
    }

    [Fact]
    public async Task Retry_after_is_heeded_for_the_whole_receiver()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var host = await StartAsync();
        var webhook = await CreateAsync(host, receiver, "task.created");
        await receiver.BecomeAsync(new() { ["status"] = 429, ["headers"] = new JsonObject { ["Retry-After"] = "3600" } });
        await host.Client.CreateTaskAsync("First");
        await Eventually.IsTrueAsync("the first call is on record", async () => (await DeliveriesAsync(host, webhook)).Count == 1);
        await receiver.BecomeAsync(new() { ["status"] = 200 });
        var second = await host.Client.CreateTaskAsync("Second");
        var parked = (await host.Client.GetAsync("/api/v1/operations/parked").ShouldBeAsync(HttpStatusCode.OK)).Items().Single();

        Assert.True(parked["nextAttemptAt"]!.GetValue<DateTimeOffset>() - parked["parkedAt"]!.GetValue<DateTimeOffset>() > TimeSpan.FromMinutes(59));
        await Eventually.IsTrueAsync("the second event has its place", async () =>
            (await host.Client.GetAsync($"/api/v1/events?subject={second.Id()}").ShouldBeAsync(HttpStatusCode.OK)).Items().Any());
        Assert.Single(receiver.Calls);
    }

    [Fact]
    public async Task A_call_can_be_tested_repeated_and_replayed()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var host = await StartAsync();
        var webhook = await CreateAsync(host, receiver, "task.*");
        await receiver.BecomeAsync(new() { ["secrets"] = new JsonArray(webhook.Text("secret")), ["body"] = "Thanks." });

        var tested = await host.Client.PostJsonAsync($"{WebhooksUrl}/{webhook.Id()}/test").ShouldBeAsync(HttpStatusCode.OK);
        Assert.Equal((true, 200, "Thanks.", "webhook.test"), ((bool)tested["succeeded"]!, (int)tested["responseStatus"]!, tested.Text("responseBody"), tested.Text("eventType")));
        Assert.Equal((true, "taskmanagement.webhook.test.v1"), (receiver.Calls.Single().Verified.Single(), receiver.Calls.Single().Type));
        await host.Client.PostJsonAsync($"{WebhooksUrl}/{webhook.Id()}/deliveries/{tested.Id()}/redeliver").ShouldBeProblemAsync(HttpStatusCode.Conflict, "delivery.test");

        var task = await host.Client.CreateTaskAsync("Watch");
        var call = await CallAsync(receiver, call => call.Subject == task.Id());
        await Eventually.IsTrueAsync("the call is on record", async () => (await DeliveriesAsync(host, webhook)).Count == 2);
        var delivery = (await DeliveriesAsync(host, webhook))[0];
        var redelivery = await host.Client.PostJsonAsync($"{WebhooksUrl}/{webhook.Id()}/deliveries/{delivery.Id()}/redeliver").ShouldBeAsync(HttpStatusCode.OK);
        Assert.Equal((false, call.Event!["id"]!.ToString()), ((bool)redelivery["retried"]!, redelivery.Text("eventId")));
        await EventuallyAsync(receiver, calls => calls.Count(again => again.Id == call.Id) == 2);

        await host.Client.CreateTaskAsync("Other");
        await EventuallyAsync(receiver, calls => calls.Count == 4);
        var replay = await host.Client.PostJsonAsync($"{WebhooksUrl}/{webhook.Id()}/replay", """{"types":["task.created"]}""").ShouldBeAsync(HttpStatusCode.OK);
        Assert.Equal(2, (int)replay["events"]!);
        await EventuallyAsync(receiver, calls => calls.Count == 6);
        Assert.Equal(3, receiver.Calls.Count(again => again.Id == call.Id));
    }

    [Fact]
    public async Task A_dead_letter_is_repeated_by_redelivering_it_and_its_lane_goes_on()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var host = await StartAsync(("Webhooks:MaxAttempts", "2"));
        var webhook = await CreateAsync(host, receiver, "task.*");
        await receiver.BecomeAsync(new() { ["status"] = 400 });
        var task = await host.Client.CreateTaskAsync("Watch");
        await CancelAsync(host, task);
        await Eventually.IsTrueAsync("the event is a dead letter", async () =>
            (await host.Client.GetAsync("/api/v1/operations/parked?status=dead").ShouldBeAsync(HttpStatusCode.OK)).Items().Any());
        await receiver.BecomeAsync(new() { ["status"] = 200 });

        var failed = (await DeliveriesAsync(host, webhook, "?succeeded=false"))[0];
        var redelivery = await host.Client.PostJsonAsync($"{WebhooksUrl}/{webhook.Id()}/deliveries/{failed.Id()}/redeliver").ShouldBeAsync(HttpStatusCode.OK);

        Assert.True((bool)redelivery["retried"]!);
        await EventuallyAsync(receiver, calls => calls.Count(call => call.Answered == 200) == 3);
        Assert.Equal([1, 2, 3], receiver.Calls.Where(call => call.Answered == 200).Select(call => call.Sequence));
    }

    [Fact]
    public async Task A_redirection_is_a_failure_and_not_followed()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var host = await StartAsync();
        var webhook = await CreateAsync(host, receiver, "task.*");
        await receiver.BecomeAsync(new() { ["status"] = 302, ["headers"] = new JsonObject { ["Location"] = "/elsewhere" } });

        var tested = await host.Client.PostJsonAsync($"{WebhooksUrl}/{webhook.Id()}/test").ShouldBeAsync(HttpStatusCode.OK);

        Assert.Equal("The receiver answered 302; redirections are not followed.", tested.Text("error"));
        Assert.Equal(["/hook"], receiver.Calls.Select(call => call.Path));
    }

    [Fact]
    public async Task A_deleted_webhook_is_gone_with_all_that_waited()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var host = await StartAsync(("Webhooks:BackoffBaseSeconds", "600"));
        var webhook = await CreateAsync(host, receiver, "task.*");
        await receiver.BecomeAsync(new() { ["status"] = 500 });
        await host.Client.CreateTaskAsync("Watch");
        await Eventually.IsTrueAsync("the event is parked", async () =>
            (await host.Client.GetAsync("/api/v1/operations/parked").ShouldBeAsync(HttpStatusCode.OK)).Items().Any());
        Assert.Equal("running", (await host.Client.GetAsync($"/api/v1/operations/subscriptions/{webhook.Text("subscription")}").ShouldBeAsync(HttpStatusCode.OK)).Text("state"));

        await host.Client.DeleteAsync($"{WebhooksUrl}/{webhook.Id()}").ShouldBeAsync(HttpStatusCode.NoContent);

        await host.Client.GetAsync($"{WebhooksUrl}/{webhook.Id()}").ShouldBeProblemAsync(HttpStatusCode.NotFound, "webhook.not_found");
        await host.Client.GetAsync($"/api/v1/operations/subscriptions/{webhook.Text("subscription")}").ShouldBeProblemAsync(HttpStatusCode.NotFound, "subscription.not_found");
        Assert.Empty((await host.Client.GetAsync("/api/v1/operations/parked").ShouldBeAsync(HttpStatusCode.OK)).Items());
        Assert.Empty((await host.Client.GetAsync(WebhooksUrl).ShouldBeAsync(HttpStatusCode.OK)).Items());
        var verified = await host.Client.PostJsonAsync("/api/v1/operations/verify").ShouldBeAsync(HttpStatusCode.OK);
        Assert.True((bool)verified["consistent"]!, verified.ToJsonString());
    }

    private static Task<JsonNode> CreateAsync(ApiHost host, Receiver receiver, params string[] types) => host.Client
        .PostJsonAsync(WebhooksUrl, new JsonObject { ["url"] = receiver.Url, ["eventTypes"] = new JsonArray([.. types.Select(type => (JsonNode)type)]) }.ToJsonString())
        .ShouldBeAsync(HttpStatusCode.Created);

    private static Task<JsonNode> GetAsync(ApiHost host, JsonNode webhook) =>
        host.Client.GetAsync($"{WebhooksUrl}/{webhook.Id()}").ShouldBeAsync(HttpStatusCode.OK);

    private static Task<JsonNode> CancelAsync(ApiHost host, JsonNode task) =>
        host.Client.PostJsonAsync($"{Support.Http.TasksUrl}/{task.Id()}/cancel").ShouldBeAsync(HttpStatusCode.OK);

    private static async Task<IReadOnlyList<JsonNode>> DeliveriesAsync(ApiHost host, JsonNode webhook, string query = "") =>
        [.. (await host.Client.GetAsync($"{WebhooksUrl}/{webhook.Id()}/deliveries{query}").ShouldBeAsync(HttpStatusCode.OK)).Items()];

    private static Task EventuallyAsync(Receiver receiver, Func<IReadOnlyList<Receiver.Call>, bool> condition) =>
        Eventually.IsTrueAsync("the calls arrive", () => Task.FromResult(condition(receiver.Calls)));

    private static async Task<Receiver.Call> CallAsync(Receiver receiver, Func<Receiver.Call, bool> which)
    {
        await EventuallyAsync(receiver, calls => calls.Any(which));
        return receiver.Calls.First(which);
    }

    private Task<ApiHost> StartAsync(params (string Name, string Value)[] settings)
    {
        var all = new Dictionary<string, string?>(Quick, StringComparer.Ordinal);
        foreach (var (name, value) in settings)
            all[name] = value;
        return ApiHost.StartAsync(database, all);
    }
}

public sealed class WebhookTestsOnSqlite() : WebhookTests(DatabaseKind.Sqlite);

public sealed class WebhookTestsOnPostgreSql() : WebhookTests(DatabaseKind.PostgreSql);
