using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using TaskManagement.Api.IntegrationTests.Support;
using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Projects;
using TaskManagement.TestSupport;
using static TaskManagement.Api.IntegrationTests.Support.Http;

namespace TaskManagement.Api.IntegrationTests.Identity;

/// <summary>Every operation with every kind of caller: each is answered as the page of permissions says.</summary>
public sealed class RoleTests
{
    /// <summary>What follows from what the use case declares. Others say why they refuse a caller who may send it: a token that is no session, say.</summary>
    private static readonly string[] Refusals = ["auth.insufficient_scope", "auth.insufficient_role", "auth.organisation_only", "auth.confined_to_project"];

    [Fact]
    public async Task Every_operation_answers_every_kind_of_caller_as_the_page_of_permissions_says()
    {
        await using var host = await ApiHost.StartAsync(
            settings: new(StringComparer.Ordinal) { ["RateLimiting:Enabled"] = "false", ["Webhooks:MaxWebhooks"] = "1000", ["Webhooks:AllowPrivateNetworks"] = "127.0.0.1/32" },
            configure: PersonalTokens.Accept);
        var members = Enum.GetValues<ProjectRole>().Select(role => (Role: role, Id: Guid.CreateVersion7()))
            .Select(member => (member.Role, Client: host.ClientOf(member.Id), member.Id)).ToList();
        var owner = members.Single(member => member.Role == ProjectRole.Owner).Client;

        var refused = new[] { host.CreateClient(token: null), host.CreateClient(await RevokedAsync(host)), host.CreateClient(await ExpiredAsync(host)) };
        var stranger = host.ClientOf(Guid.CreateVersion7());
        var administrator = host.ClientOf(Guid.CreateVersion7(), Scopes.Admin);
        var otherProject = (await owner.CreateProjectAsync("OTHER")).Id();
        var confinedElsewhere = host.ClientConfinedTo(otherProject);
        var wrong = new List<string>();
        var number = 0;

        foreach (var operation in (await Operation.AllAsync(host)).Where(operation => operation.Needs.Scope != Scopes.None))
        {
            var things = await ThingsAsync(owner, members, ++number);
            foreach (var client in refused)
                await ExpectAsync(operation, client, "without a good token", things, Answer.Unauthorized);
            await ExpectAsync(operation, stranger, "a stranger", things, Expected(operation, role: null));
            await ExpectAsync(operation, confinedElsewhere, "a token of another project", things, ExpectedOfConfined(operation, isOfProject: false));
            foreach (var (role, client, _) in members.OrderBy(member => member.Role))
                await ExpectAsync(operation, client, role.ToString(), things, Expected(operation, role));
            using var confined = host.ClientConfinedTo(things.Project.ToString());
            await ExpectAsync(operation, confined, "a token of the project", things, ExpectedOfConfined(operation, isOfProject: true));
            await ExpectAsync(operation, administrator, "an administrator", things, Answer.Admitted);
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));

        async Task ExpectAsync(Operation operation, HttpClient client, string who, Things things, Answer expected)
        {
            using var request = operation.ToRequest(things.Of(operation.Kind()));
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            var code = response.IsSuccessStatusCode ? "" : (string?)(await response.JsonAsync())["code"] ?? "";
            var actual = response.StatusCode switch
            {
                HttpStatusCode.Unauthorized => Answer.Unauthorized,
                HttpStatusCode.Forbidden when Refusals.Contains(code) => Answer.Forbidden,
                HttpStatusCode.NotFound when code == $"{operation.Kind()}.not_found" => Answer.Hidden,
                _ => Answer.Admitted,
            };
            // Whoever was admitted before may have deleted it.
            if (actual == Answer.Hidden && expected == Answer.Admitted && things.WasChanged)
                actual = Answer.Admitted;
            if (actual != expected)
                wrong.Add($"{operation.Method} {operation.Path} by {who}: {expected} was expected, and it was {(int)response.StatusCode} {code}");
            things.WasChanged |= actual == Answer.Admitted;
        }
    }

    private static Answer Expected(Operation operation, ProjectRole? role)
    {
        if (operation.Needs.OfOrganisation)
            return Answer.Forbidden;
        return operation.Kind() switch
        {
            "" => Answer.Admitted,
            "webhook" => role == ProjectRole.Owner ? Answer.Admitted : Answer.Hidden,
            _ when role is null => Answer.Hidden,
            _ => role >= operation.Needs.Role ? Answer.Admitted : Answer.Forbidden,
        };
    }

    private static Answer ExpectedOfConfined(Operation operation, bool isOfProject)
    {
        if (operation.Needs.Role is null)
            return Answer.Forbidden;
        return isOfProject || operation.Kind().Length == 0 ? Answer.Admitted : Answer.Hidden;
    }

    /// <summary>A project with a task and all members, and a webhook of its owner.</summary>
    private static async Task<Things> ThingsAsync(HttpClient owner, List<(ProjectRole Role, HttpClient Client, Guid Id)> members, int number)
    {
        var project = (await owner.CreateProjectAsync($"P{number}")).Id();
        foreach (var (role, client, id) in members.Where(member => member.Role != ProjectRole.Owner))
        {
            await owner.PostJsonAsync($"{ProjectsUrl}/{project}/members", $$"""{"userId":"{{id}}","role":"{{role.ToString().ToLowerInvariant()}}"}""").ShouldBeAsync(HttpStatusCode.Created);
            await client.SendAsync(HttpMethod.Put, $"{ProjectsUrl}/{project}/members/me").ShouldBeAsync(HttpStatusCode.OK);
        }

        var task = (await owner.CreateTaskAsync("Task", project)).Id();
        var webhook = (await owner.PostJsonAsync("/api/v1/webhooks", """{"url":"http://127.0.0.1:9/","eventTypes":["task.*"],"active":false}""").ShouldBeAsync(HttpStatusCode.Created)).Id();
        return new(Guid.Parse(project), Guid.Parse(task), Guid.Parse(webhook));
    }

    private static async Task<string> RevokedAsync(ApiHost host)
    {
        var token = await IssueAsync(host, "revoked", TimeProvider.System.GetUtcNow().AddDays(1));
        await host.Client.DeleteAsync($"/api/v1/tokens/{token.Id()}").ShouldBeAsync(HttpStatusCode.NoContent);
        return token.Text("token");
    }

    private static async Task<string> ExpiredAsync(ApiHost host)
    {
        var token = (await IssueAsync(host, "expired", TimeProvider.System.GetUtcNow().AddSeconds(1))).Text("token");
        using var client = host.CreateClient(token);
        await Eventually.IsTrueAsync("it has expired", async () => (await client.GetAsync(TasksUrl)).StatusCode == HttpStatusCode.Unauthorized);
        return token;
    }

    private static Task<JsonNode> IssueAsync(ApiHost host, string name, DateTimeOffset expiresAt) => host.Client.PostJsonAsync(
        "/api/v1/tokens",
        new JsonObject { ["name"] = name, ["scopes"] = new JsonArray("tasks:write"), ["expiresAt"] = expiresAt.ToString("O", CultureInfo.InvariantCulture) }.ToJsonString())
        .ShouldBeAsync(HttpStatusCode.Created);

    private sealed record Things(Guid Project, Guid Task, Guid Webhook)
    {
        public bool WasChanged { get; set; }

        public Guid? Of(string kind) => kind switch
        {
            "project" => Project,
            "task" => Task,
            "webhook" => Webhook,
            _ => null,
        };
    }

    private enum Answer
    {
        /// <summary>401.</summary>
        Unauthorized,

        /// <summary>403.</summary>
        Forbidden,

        /// <summary>404, as of a thing that there is not.</summary>
        Hidden,

        /// <summary>The use case was reached, whatever it said.</summary>
        Admitted,
    }
}

/// <summary>What operations are about.</summary>
internal static class OperationKinds
{
    /// <summary>The kind of the thing that an operation is about: task, project or webhook; empty for none.</summary>
    public static string Kind(this Operation operation) => operation.Path.Split('/') switch
    {
        [_, _, _, "tasks", "{id}", ..] => "task",
        [_, _, _, "projects", "{id}", "members", "me"] => "",
        [_, _, _, "projects", "{id}", ..] => "project",
        [_, _, _, "webhooks", "{id}", ..] => "webhook",
        _ => "",
    };
}
