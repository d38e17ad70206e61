using System.Net;
using System.Text.Json.Nodes;
using TaskManagement.Api.IntegrationTests.Support;
using TaskManagement.Api.IntegrationTests.Webhooks;
using TaskManagement.Infrastructure.Persistence;
using TaskManagement.TestSupport;
using static TaskManagement.Api.IntegrationTests.Support.Http;
using EventStreamClient = TaskManagement.Api.IntegrationTests.Streams.EventStreamClient;

namespace TaskManagement.Api.IntegrationTests.Identity;

/// <summary>Two people side by side: of what is one's own the other sees nothing, anywhere.</summary>
public abstract class PrivacyTests(DatabaseKind database) : IAsyncLifetime
{
    private readonly Guid _annId = Guid.CreateVersion7();
    private readonly Guid _benId = Guid.CreateVersion7();
    private ApiHost _host = null!;
    private HttpClient _ann = null!;
    private HttpClient _ben = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await ApiHost.StartAsync(database, new(StringComparer.Ordinal) { ["Webhooks:AllowPrivateNetworks"] = "127.0.0.1/32" }, PersonalTokens.Accept);
        (_ann, _ben) = (_host.ClientOf(_annId), _host.ClientOf(_benId));
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_host is not null)
            await _host.DisposeAsync();
    }

    [Fact]
    public async Task Lists_search_history_and_analytics_show_everyone_their_own()
    {
        var (annsProject, annsTask) = await LiveAsync(_ann, "ANN", "Secret of Ann");
        var (bensProject, bensTask) = await LiveAsync(_ben, "BEN", "Secret of Ben");

        await SeesAsync(_ann, annsProject, annsTask, bensProject, bensTask);
        await SeesAsync(_ben, bensProject, bensTask, annsProject, annsTask);

        static async Task SeesAsync(HttpClient client, string ownProject, string ownTask, string otherProject, string otherTask)
        {
            Assert.Equal([ownTask], await IdsAsync(client, $"{TasksUrl}?text=secret&includeDeleted=true"));
            Assert.Equal([ownTask], await IdsAsync(client, $"{TasksUrl}?projectId={ownProject}"));
            Assert.Empty(await IdsAsync(client, $"{TasksUrl}?projectId={otherProject}"));
            Assert.Equal([ownProject], await IdsAsync(client, $"{ProjectsUrl}?includeDeleted=true"));
            foreach (var address in new[] { $"{TasksUrl}/{otherTask}", $"{TasksUrl}/{otherTask}/history" })
                await HiddenAsync(client, address, "task");
            foreach (var address in new[] { $"{ProjectsUrl}/{otherProject}", $"{ProjectsUrl}/{otherProject}/history", $"{ProjectsUrl}/{otherProject}/members" })
                await HiddenAsync(client, address, "project");
            await Eventually.IsTrueAsync("what is one's own is counted", async () => await CountedAsync(client) == 1);
        }
    }

    [Fact]
    public async Task The_feed_shows_everyone_their_own()
    {
        var (annsProject, annsTask) = await LiveAsync(_ann, "ANN", "Secret of Ann");
        var (bensProject, bensTask) = await LiveAsync(_ben, "BEN", "Secret of Ben");
        await Eventually.IsTrueAsync("all events have positions", async () => (await _host.Client.FeedAsync()).Count == 12);

        AssertOnly(await _ann.FeedAsync(), annsProject, annsTask);
        AssertOnly(await _ben.FeedAsync(), bensProject, bensTask);
        Assert.Empty((await _ben.GetAsync($"/api/v1/events?subject={annsTask}").ShouldBeAsync(HttpStatusCode.OK)).Items());

        static void AssertOnly(IReadOnlyList<JsonNode> events, string project, string task)
        {
            Assert.Equal(["project.created", "team.member_joined", "task.created", "task.numbered", "task.status_changed", "task.cancelled"], events.Select(Kind));
            Assert.All(events, happened => Assert.Contains(happened.Text("subject"), new[] { project, task }));
        }
    }

    [Fact]
    public async Task A_stream_shows_what_its_reader_sees_at_that_moment()
    {
        var (project, _) = await LiveAsync(_ann, "ANN", "Secret of Ann");
        await Eventually.IsTrueAsync("all events have positions", async () => (await _host.Client.FeedAsync()).Count == 6);
        await using var bens = await EventStreamClient.OpenAsync(_ben);
        await using var bensFromTheBeginning = await EventStreamClient.OpenAsync(_ben, "?after=0");

        await _ann.CreateTaskAsync("Still secret", project);
        await _ben.CreateTaskAsync("Of Ben alone");
        Assert.Equal("Of Ben alone", await NextTitleAsync(bens));
        Assert.Equal("Of Ben alone", await NextTitleAsync(bensFromTheBeginning));
        await InviteAsync(project, "viewer");
        await _ben.SendAsync(HttpMethod.Put, $"{ProjectsUrl}/{project}/members/me").ShouldBeAsync(HttpStatusCode.OK);
        await _ann.CreateTaskAsync("Shared", project);

        Assert.Equal("Shared", await NextTitleAsync(bens));
        Assert.Equal("Shared", await NextTitleAsync(bensFromTheBeginning));

        static async Task<string> NextTitleAsync(EventStreamClient stream)
        {
            while (true)
            {
                var happened = JsonNode.Parse((await stream.NextAsync()).Data)!;
                if (Kind(happened) == "task.created")
                    return happened["data"]!.Text("title");
            }
        }
    }

    [Fact]
    public async Task A_webhook_is_called_about_what_its_owner_sees_and_belongs_to_them_alone()
    {
        await using var receiver = await Receiver.StartAsync();
        var webhook = (await _ben.PostJsonAsync("/api/v1/webhooks", $$"""{"url":"{{receiver.Url}}","eventTypes":["task.created"]}""").ShouldBeAsync(HttpStatusCode.Created)).Id();

        await LiveAsync(_ann, "ANN", "Secret of Ann");
        await _ben.CreateTaskAsync("Of Ben alone");
        var project = (await _ann.CreateProjectAsync("ALL")).Id();
        await InviteAsync(project, "viewer");
        await _ben.SendAsync(HttpMethod.Put, $"{ProjectsUrl}/{project}/members/me").ShouldBeAsync(HttpStatusCode.OK);
        await _ann.CreateTaskAsync("Shared", project);

        await Eventually.IsTrueAsync("two calls have come", () => Task.FromResult(receiver.Calls.Count >= 2));
        Assert.Equal(["Of Ben alone", "Shared"], receiver.Calls.Select(call => call.Event!["data"]!.Text("title")).Order(StringComparer.Ordinal));
        await HiddenAsync(_ann, $"/api/v1/webhooks/{webhook}", "webhook");
        await HiddenAsync(_ann, $"/api/v1/webhooks/{webhook}/deliveries", "webhook");
        Assert.Empty(await IdsAsync(_ann, "/api/v1/webhooks"));
        Assert.Equal([webhook], await IdsAsync(_ben, "/api/v1/webhooks"));
    }

    [Fact]
    public async Task A_task_outside_of_projects_is_open_to_who_created_it_and_to_whom_it_is_assigned()
    {
        var task = (await _ann.CreateTaskAsync("Of Ann alone")).Id();
        await HiddenAsync(_ben, $"{TasksUrl}/{task}", "task");

        await _ann.PatchJsonAsync($"{TasksUrl}/{task}", $$"""{"assigneeId":"{{_benId}}"}""").ShouldBeAsync(HttpStatusCode.OK);
        await _ben.PostJsonAsync($"{TasksUrl}/{task}/start").ShouldBeAsync(HttpStatusCode.OK);
        Assert.Equal([task], await IdsAsync(_ben, TasksUrl));
        await _ann.PatchJsonAsync($"{TasksUrl}/{task}", """{"assigneeId":null}""").ShouldBeAsync(HttpStatusCode.OK);

        await HiddenAsync(_ben, $"{TasksUrl}/{task}", "task");
        Assert.Empty(await IdsAsync(_ben, TasksUrl));
    }

    [Fact]
    public async Task A_project_is_hidden_until_who_is_invited_joins_and_again_once_they_leave()
    {
        var (project, task) = await LiveAsync(_ann, "ANN", "Secret of Ann");
        var members = $"{ProjectsUrl}/{project}/members";
        await _ben.SendAsync(HttpMethod.Put, $"{members}/me").ShouldBeProblemAsync(HttpStatusCode.NotFound, "member.not_found");
        await InviteAsync(project, "commenter");

        await HiddenAsync(_ben, $"{ProjectsUrl}/{project}", "project");
        var invitation = Assert.Single((await _ben.GetAsync("/api/v1/me/invitations").ShouldBeAsync(HttpStatusCode.OK)).Items());
        Assert.Equal((project, "ANN", "commenter"), (invitation.Text("projectId"), invitation.Text("projectKey"), invitation.Text("role")));
        Assert.Empty((await _ann.GetAsync("/api/v1/me/invitations").ShouldBeAsync(HttpStatusCode.OK)).Items());

        await _ben.SendAsync(HttpMethod.Put, $"{members}/me").ShouldBeAsync(HttpStatusCode.OK);
        Assert.Empty((await _ben.GetAsync("/api/v1/me/invitations").ShouldBeAsync(HttpStatusCode.OK)).Items());
        await _ben.GetAsync($"{TasksUrl}/{task}").ShouldBeAsync(HttpStatusCode.OK);
        await _ben.PostJsonAsync($"{TasksUrl}/{task}/reopen").ShouldBeProblemAsync(HttpStatusCode.Forbidden, "auth.insufficient_role");
        await _ann.PatchJsonAsync($"{members}/{_benId}", """{"role":"editor"}""").ShouldBeAsync(HttpStatusCode.OK);
        await _ben.PostJsonAsync($"{TasksUrl}/{task}/reopen").ShouldBeAsync(HttpStatusCode.OK);
        await _ben.PatchJsonAsync($"{members}/{_benId}", """{"role":"owner"}""").ShouldBeProblemAsync(HttpStatusCode.Forbidden, "auth.insufficient_role");

        await _ben.DeleteAsync($"{members}/me").ShouldBeAsync(HttpStatusCode.NoContent);
        await HiddenAsync(_ben, $"{TasksUrl}/{task}", "task");
        await _ann.DeleteAsync($"{members}/me").ShouldBeProblemAsync(HttpStatusCode.Conflict, "team.last_owner");
        await _ann.DeleteAsync($"{members}/{_benId}").ShouldBeProblemAsync(HttpStatusCode.NotFound, "member.not_found");
    }

    [Fact]
    public async Task Bad_invitations_are_refused_by_name_and_have_no_effect()
    {
        var (project, _) = await LiveAsync(_ann, "ANN", "Secret of Ann");
        var members = $"{ProjectsUrl}/{project}/members";

        await Refused($$"""{"userId":"{{_benId}}"}""", HttpStatusCode.UnprocessableEntity, "request.invalid");
        await Refused("""{"role":"viewer"}""", HttpStatusCode.UnprocessableEntity, "request.invalid");
        await Refused($$"""{"userId":"{{_benId}}","role":"king"}""", HttpStatusCode.UnprocessableEntity, "request.invalid");
        await Refused($$"""{"userId":"{{_benId}}","role":4}""", HttpStatusCode.UnprocessableEntity, "request.invalid");
        await Refused($$"""{"userId":"{{_benId}}","role":"viewer","joinedAt":"2026-01-01T00:00:00Z"}""", HttpStatusCode.BadRequest, "request.malformed");
        await Refused($$"""{"userId":"{{_annId}}","role":"viewer"}""", HttpStatusCode.Conflict, "member.already_exists");
        await _host.Client.SendAsync(HttpMethod.Put, $"{members}/me").ShouldBeProblemAsync(HttpStatusCode.Forbidden, "auth.not_a_person");

        var member = Assert.Single((await _ann.GetAsync(members).ShouldBeAsync(HttpStatusCode.OK)).Items());
        Assert.Equal((_annId.ToString(), "owner"), (member.Text("userId"), member.Text("role")));

        Task<JsonNode> Refused(string body, HttpStatusCode status, string code) => _ann.PostJsonAsync(members, body).ShouldBeProblemAsync(status, code);
    }

    [Fact]
    public async Task Of_two_owners_who_leave_at_once_one_stays()
    {
        var (project, _) = await LiveAsync(_ann, "ANN", "Secret of Ann");
        await InviteAsync(project, "owner");
        await _ben.SendAsync(HttpMethod.Put, $"{ProjectsUrl}/{project}/members/me").ShouldBeAsync(HttpStatusCode.OK);

        var answers = await Task.WhenAll(new[] { _ann, _ben }.Select(client => client.DeleteAsync($"{ProjectsUrl}/{project}/members/me")));

        Assert.Equal([HttpStatusCode.NoContent, HttpStatusCode.Conflict], answers.Select(answer => answer.StatusCode).Order());
        Assert.Single((await _host.Client.GetAsync($"{ProjectsUrl}/{project}/members").ShouldBeAsync(HttpStatusCode.OK)).Items());
    }

    [Fact]
    public async Task A_program_confined_to_a_project_sees_that_project_alone()
    {
        var (project, task) = await LiveAsync(_ann, "ANN", "Secret of Ann");
        var (_, otherTask) = await LiveAsync(_ben, "BEN", "Secret of Ben");
        await Eventually.IsTrueAsync("all events have positions", async () => (await _host.Client.FeedAsync()).Count == 12);
        using var program = _host.ClientConfinedTo(project);

        Assert.Equal([task], await IdsAsync(program, TasksUrl));
        Assert.Equal([project], await IdsAsync(program, ProjectsUrl));
        await HiddenAsync(program, $"{TasksUrl}/{otherTask}", "task");
        Assert.Equal(6, (await program.FeedAsync()).Count);
        await program.PostJsonAsync(TasksUrl, """{"title":"Outside"}""").ShouldBeProblemAsync(HttpStatusCode.Forbidden, "auth.confined_to_project");
        await program.CreateTaskAsync("Inside", project);
    }

    private static async Task<(string Project, string Task)> LiveAsync(HttpClient client, string key, string title)
    {
        var project = (await client.CreateProjectAsync(key)).Id();
        var task = (await client.CreateTaskAsync(title, project)).Id();
        await client.PostJsonAsync($"{TasksUrl}/{task}/cancel").ShouldBeAsync(HttpStatusCode.OK);
        return (project, task);
    }

    private Task<JsonNode> InviteAsync(string project, string role) =>
        _ann.PostJsonAsync($"{ProjectsUrl}/{project}/members", $$"""{"userId":"{{_benId}}","role":"{{role}}"}""").ShouldBeAsync(HttpStatusCode.Created);

    /// <summary>What is hidden is answered word for word as what there is not.</summary>
    private static async Task HiddenAsync(HttpClient client, string address, string kind)
    {
        var hidden = await client.GetAsync(address).ShouldBeProblemAsync(HttpStatusCode.NotFound, $"{kind}.not_found");
        var id = address.Split('/')[4];
        var unknown = Guid.CreateVersion7().ToString();
        var missing = await client.GetAsync(address.Replace(id, unknown, StringComparison.Ordinal)).ShouldBeProblemAsync(HttpStatusCode.NotFound, $"{kind}.not_found");
        Assert.Equal(missing.Text("detail").Replace(unknown, id, StringComparison.Ordinal), hidden.Text("detail"));
    }

    private static async Task<IReadOnlyList<string>> IdsAsync(HttpClient client, string address) =>
        [.. (await client.GetAsync(address).ShouldBeAsync(HttpStatusCode.OK)).Items().Select(item => item.Id())];

    private static async Task<long> CountedAsync(HttpClient client) =>
        (await client.GetAsync("/api/v1/analytics/tasks?groupBy=project").ShouldBeAsync(HttpStatusCode.OK)).Items().Sum(item => (long)item["created"]!);

    private static string Kind(JsonNode cloudEvent) => cloudEvent.Text("type")["taskmanagement.".Length..^".v1".Length];
}

public sealed class PrivacyTestsOnSqlite() : PrivacyTests(DatabaseKind.Sqlite);

public sealed class PrivacyTestsOnPostgreSql() : PrivacyTests(DatabaseKind.PostgreSql);

public sealed class PrivacyTestsOnSqlServer() : PrivacyTests(DatabaseKind.SqlServer);
