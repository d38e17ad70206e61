using System.Net;
using System.Text.Json.Nodes;
using TaskManagement.Api.IntegrationTests.Support;
using TaskManagement.Api.IntegrationTests.Webhooks;
using TaskManagement.Infrastructure.Persistence;
using TaskManagement.TestSupport;
using static TaskManagement.Api.IntegrationTests.Support.Http;
using static TaskManagement.Api.IntegrationTests.Support.PeopleHost;

namespace TaskManagement.Api.IntegrationTests.Identity;

/// <summary>What becomes of an account that is deleted, disabled, or no administrator's any more.</summary>
public abstract class AccountEndTests(DatabaseKind database)
{
    [Fact]
    public async Task Who_deletes_the_account_leaves_nothing_personal_and_gets_no_mail_any_more()
    {
        await using var host = await PeopleHost.StartAsync(database);
        using var ann = await host.EnterAsync("ann");
        var id = (await ann.GetAsync(MeUrl).ShouldBeAsync(HttpStatusCode.OK)).Id();
        var task = await ann.CreateTaskAsync();
        var token = await ann.PostJsonAsync("/api/v1/tokens", AccountTests.TokenBody("script", "tasks:read")).ShouldBeAsync(HttpStatusCode.Created);
        await host.Service.PatchJsonAsync($"{TasksUrl}/{task.Id()}", $$"""{"assigneeId":"{{id}}"}""").ShouldBeAsync(HttpStatusCode.OK);
        await host.MailsToAsync("ann", "Assigned to you");

        var data = await ann.GetAsync($"{MeUrl}/export").ShouldBeAsync(HttpStatusCode.OK);
        await ann.SendAsync(HttpMethod.Delete, MeUrl, """{"password":"wrong horse battery"}""").ShouldBeProblemAsync(HttpStatusCode.Forbidden, "auth.wrong_password");
        await ann.SendAsync(HttpMethod.Delete, MeUrl, $$"""{"password":"{{Password}}"}""").ShouldBeAsync(HttpStatusCode.NoContent);

        Assert.Equal((id, AddressOf("ann")), (data["account"]!.Id(), data["account"]!.Text("email")));
        Assert.Equal([task.Id()], data["createdTaskIds"]!.AsArray().Select(created => (string)created!));
        Assert.Equal([task.Id()], data["assignedTaskIds"]!.AsArray().Select(assigned => (string)assigned!));
        Assert.Equal([token.Id()], data["tokens"]!.AsArray().Select(one => one!.Id()));
        Assert.Single(data["sessions"]!.AsArray());
        await ann.GetAsync(MeUrl).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "auth.required");
        using var script = host.Api.CreateClient(token.Text("token"));
        await script.GetAsync(TasksUrl).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "auth.required");
        await host.TrySignInAsync("ann").ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "auth.failed");
        await host.Service.GetAsync($"{AccountsUrl}/{id}").ShouldBeProblemAsync(HttpStatusCode.NotFound, "account.not_found");
        // The address is free again, and whoever has it is someone else.
        Assert.NotEqual(id, (await host.AddAsync("ann")).Id());
        await host.Service.PostJsonAsync($"{TasksUrl}/{task.Id()}/start").ShouldBeAsync(HttpStatusCode.OK);
        await host.Service.PostJsonAsync($"{TasksUrl}/{task.Id()}/complete").ShouldBeAsync(HttpStatusCode.OK);
        var marker = await host.AddAsync("marker");
        var other = await host.Service.CreateTaskAsync();
        await host.Service.PatchJsonAsync($"{TasksUrl}/{other.Id()}", $$"""{"assigneeId":"{{marker.Id()}}"}""").ShouldBeAsync(HttpStatusCode.OK);
        await host.MailsToAsync("marker", "Assigned to you");
        Assert.Empty(host.MailsTo("ann", "Completed"));
    }

    [Fact]
    public async Task Who_deletes_the_account_leaves_the_projects_that_have_another_owner()
    {
        await using var host = await PeopleHost.StartAsync(database);
        using var ann = await host.EnterAsync("ann");
        using var ben = await host.EnterAsync("ben");
        var (annsId, bensId) = ((await ann.GetAsync(MeUrl).ShouldBeAsync(HttpStatusCode.OK)).Id(), (await ben.GetAsync(MeUrl).ShouldBeAsync(HttpStatusCode.OK)).Id());
        var project = (await ann.CreateProjectAsync()).Id();
        var members = $"{ProjectsUrl}/{project}/members";
        await ann.PostJsonAsync(members, $$"""{"userId":"{{bensId}}","role":"owner"}""").ShouldBeAsync(HttpStatusCode.Created);
        await ben.SendAsync(HttpMethod.Put, $"{members}/me").ShouldBeAsync(HttpStatusCode.OK);
        var exported = (await ann.GetAsync($"{MeUrl}/export").ShouldBeAsync(HttpStatusCode.OK))["projects"]!.AsArray();

        foreach (var leaving in new[] { ann, ben })
            await leaving.SendAsync(HttpMethod.Delete, MeUrl, $$"""{"password":"{{Password}}"}""").ShouldBeAsync(HttpStatusCode.NoContent);

        Assert.Equal((project, "owner"), (Assert.Single(exported)!.Text("projectId"), exported[0]!.Text("role")));
        var left = Assert.Single((await host.Service.GetAsync(members).ShouldBeAsync(HttpStatusCode.OK)).Items());
        Assert.Equal(bensId, left.Text("userId"));
        var removed = Assert.Single(await host.Service.FeedAsync("team.member_removed"));
        Assert.Equal((annsId, $"user:{annsId}"), (removed["data"]!.Text("userId"), removed.Text("actor")));
        // An administrator goes on with it.
        await host.Service.PostJsonAsync(members, $$"""{"userId":"{{Guid.CreateVersion7()}}","role":"owner"}""").ShouldBeAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task The_webhook_of_a_disabled_account_is_called_no_more()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var host = await PeopleHost.StartAsync(database, settings: new(StringComparer.Ordinal) { ["Webhooks:AllowPrivateNetworks"] = "127.0.0.1/32" });
        using var ann = await host.EnterAsync("ann");
        var id = (await ann.GetAsync(MeUrl).ShouldBeAsync(HttpStatusCode.OK)).Id();
        var webhook = await ann.PostJsonAsync("/api/v1/webhooks", $$"""{"url":"{{receiver.Url}}","eventTypes":["task.*"]}""").ShouldBeAsync(HttpStatusCode.Created);
        var task = $"{TasksUrl}/{(await ann.CreateTaskAsync()).Id()}";
        await Eventually.IsTrueAsync("it is called", () => Task.FromResult(receiver.Calls.Count == 1));

        await ChangeAsync(host, id, """{"disabled":true}""");
        await host.Service.PatchJsonAsync(task, """{"priority":"high"}""").ShouldBeAsync(HttpStatusCode.OK);
        await Eventually.IsTrueAsync("it is in the feed", async () => (await host.Service.FeedAsync("task.prioritized")).Count == 1);
        await Eventually.IsTrueAsync("the subscription is through", async () =>
            (await host.Service.GetAsync($"/api/v1/operations/subscriptions/{webhook.Text("subscription")}").ShouldBeAsync(HttpStatusCode.OK))["lag"]!["events"]!.GetValue<long>() == 0);
        await ChangeAsync(host, id, """{"disabled":false}""");
        await host.Service.PostJsonAsync($"{task}/cancel").ShouldBeAsync(HttpStatusCode.OK);

        await Eventually.IsTrueAsync("it is called again", () => Task.FromResult(receiver.Calls.Any(call => call.Type == "taskmanagement.task.cancelled.v1")));
        Assert.DoesNotContain(receiver.Calls, call => call.Type == "taskmanagement.task.prioritized.v1");
    }

    [Fact]
    public async Task A_disabled_account_is_refused_at_once_and_who_is_no_administrator_any_more_has_no_token_of_one()
    {
        await using var host = await PeopleHost.StartAsync(database);
        using var root = await host.EnterAsync("root", administrator: true);
        var id = (await root.GetAsync(MeUrl).ShouldBeAsync(HttpStatusCode.OK)).Id();
        var token = await root.PostJsonAsync("/api/v1/tokens", AccountTests.TokenBody("script", "admin")).ShouldBeAsync(HttpStatusCode.Created);
        using var script = host.Api.CreateClient(token.Text("token"));
        await script.GetAsync(AccountsUrl).ShouldBeAsync(HttpStatusCode.OK);

        await ChangeAsync(host, id, """{"administrator":false}""");
        foreach (var client in new[] { root, script })
            await client.GetAsync(AccountsUrl).ShouldBeProblemAsync(HttpStatusCode.Forbidden, "auth.insufficient_scope");
        await ChangeAsync(host, id, """{"disabled":true}""");
        foreach (var client in new[] { root, script })
            await client.GetAsync(TasksUrl).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "auth.required");
        await host.TrySignInAsync("root").ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "auth.failed");
        await ChangeAsync(host, id, """{"disabled":false}""");
        (await host.SignInAsync("root")).Dispose();
        await root.GetAsync(MeUrl).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "auth.required");
    }

    private static Task<JsonNode> ChangeAsync(PeopleHost host, string id, string patch) =>
        host.Service.PatchJsonAsync($"{AccountsUrl}/{id}", patch).ShouldBeAsync(HttpStatusCode.OK);
}

public sealed class AccountEndTestsOnSqlite() : AccountEndTests(DatabaseKind.Sqlite);

public sealed class AccountEndTestsOnPostgreSql() : AccountEndTests(DatabaseKind.PostgreSql);

public sealed class AccountEndTestsOnSqlServer() : AccountEndTests(DatabaseKind.SqlServer);
