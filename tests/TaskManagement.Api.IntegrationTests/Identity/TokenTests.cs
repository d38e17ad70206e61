using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using TaskManagement.Api.IntegrationTests.Support;
using TaskManagement.Infrastructure.Persistence;
using TaskManagement.TestSupport;
using static TaskManagement.Api.IntegrationTests.Support.Http;

namespace TaskManagement.Api.IntegrationTests.Identity;

/// <summary>Tokens are issued, used, listed and revoked, and what was done with them is in the log.</summary>
public sealed class TokenTests
{
    private const string TokensUrl = "/api/v1/tokens";

    [Fact]
    public async Task A_token_is_shown_once_listed_without_it_and_refused_as_soon_as_it_is_revoked()
    {
        await using var host = await ApiHost.StartAsync();

        var issued = await IssueAsync(host, "build server", "tasks:write").ShouldBeAsync(HttpStatusCode.Created);
        using var client = host.CreateClient(issued.Text("token"));
        var task = await client.PostJsonAsync(TasksUrl, """{"title":"By the build server"}""").ShouldBeAsync(HttpStatusCode.Created);
        var listed = (await host.Client.GetAsync(TokensUrl).ShouldBeAsync(HttpStatusCode.OK)).Items().ToList();

        Assert.StartsWith("tm_", issued.Text("token"), StringComparison.Ordinal);
        Assert.Equal($"token:{issued.Id()}", task.Text("createdBy"));
        Assert.Equal(["administrator", "build server"], listed.Select(token => token.Text("name")));
        Assert.Equal(["tasks:write"], listed[1]["scopes"]!.AsArray().Select(scope => (string)scope!));
        Assert.All(listed, token => Assert.False(token.AsObject().ContainsKey("token")));

        using var revoked = await host.Client.DeleteAsync($"{TokensUrl}/{issued.Id()}");
        Assert.Equal(HttpStatusCode.NoContent, revoked.StatusCode);
        await client.GetAsync(TasksUrl).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "auth.required");
        await host.Client.SendAsync(HttpMethod.Delete, $"{TokensUrl}/{issued.Id()}").ShouldBeProblemAsync(HttpStatusCode.NotFound, "token.not_found");
        Assert.Single((await host.Client.GetAsync(TokensUrl).ShouldBeAsync(HttpStatusCode.OK)).Items());
        // Its name is free again.
        await IssueAsync(host, "build server", "tasks:read").ShouldBeAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_token_that_has_expired_is_refused()
    {
        await using var host = await ApiHost.StartAsync();
        var issued = await IssueAsync(host, "short", "tasks:read", TimeProvider.System.GetUtcNow().AddSeconds(4)).ShouldBeAsync(HttpStatusCode.Created);
        using var client = host.CreateClient(issued.Text("token"));

        await client.GetAsync(TasksUrl).ShouldBeAsync(HttpStatusCode.OK);
        await Eventually.IsTrueAsync("it is refused", async () =>
        {
            using var answer = await client.GetAsync(TasksUrl);
            return answer.StatusCode == HttpStatusCode.Unauthorized;
        });
    }

    [Theory]
    [InlineData("""{"name":"","scopes":["admin"],"expiresAt":"AT"}""", "/name", "name.required")]
    [InlineData("""{"name":"a","scopes":[],"expiresAt":"AT"}""", "/scopes", "scopes.required")]
    [InlineData("""{"name":"a","scopes":["tasks:delete"],"expiresAt":"AT"}""", "/scopes", "scopes.unknown")]
    [InlineData("""{"name":"a","scopes":[null],"expiresAt":"AT"}""", "/scopes", "scopes.unknown")]
    [InlineData("""{"name":"a","scopes":["admin",null],"expiresAt":"AT"}""", "/scopes", "scopes.unknown")]
    [InlineData("""{"name":"a","scopes":["tasks:read admin"],"expiresAt":"AT"}""", "/scopes", "scopes.unknown")]
    [InlineData("""{"name":"a","scopes":["admin"],"expiresAt":"2020-01-01T00:00:00Z"}""", "/expiresAt", "expires_at.out_of_range")]
    [InlineData("""{"name":"a","scopes":["admin"],"expiresAt":"2199-01-01T00:00:00Z"}""", "/expiresAt", "expires_at.out_of_range")]
    public async Task What_no_token_may_be_is_refused(string body, string pointer, string code)
    {
        await using var host = await ApiHost.StartAsync();

        var problem = await host.Client.PostJsonAsync(TokensUrl, body.Replace("AT", Soon(), StringComparison.Ordinal))
            .ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "request.invalid");

        var error = Assert.Single(problem["errors"]!.AsArray())!;
        Assert.Equal((pointer, code), (error.Text("pointer"), error.Text("code")));
    }

    [Theory]
    [InlineData("ownerId")]
    [InlineData("hash")]
    [InlineData("token")]
    [InlineData("createdBy")]
    public async Task Members_that_are_no_ones_to_set_are_refused_by_name(string member)
    {
        await using var host = await ApiHost.StartAsync();
        var body = new JsonObject { ["name"] = "a", ["scopes"] = new JsonArray("admin"), ["expiresAt"] = Soon(), [member] = "x" };

        var problem = await host.Client.PostJsonAsync(TokensUrl, body.ToJsonString()).ShouldBeProblemAsync(HttpStatusCode.BadRequest, "request.malformed");

        Assert.Contains(member, problem.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_is_confined_to_a_project_that_its_issuer_sees_and_to_no_other()
    {
        await using var host = await PeopleHost.StartAsync(DatabaseKind.Sqlite);
        using var ann = await host.EnterAsync("ann");
        var (own, others) = ((await ann.CreateProjectAsync()).Id(), (await host.Service.CreateProjectAsync("DEV")).Id());

        await IssueAsync(ann, own).ShouldBeAsync(HttpStatusCode.Created);
        await IssueAsync(host.Service, others).ShouldBeAsync(HttpStatusCode.Created);
        foreach (var (client, project) in new[] { (ann, others), (host.Service, Guid.CreateVersion7().ToString()) })
            await IssueAsync(client, project).ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "request.invalid");

        static Task<HttpResponseMessage> IssueAsync(HttpClient client, string project) =>
            client.PostJsonAsync(TokensUrl, Body("confined", "tasks:read", TimeProvider.System.GetUtcNow().AddDays(1)).Replace("{", $$"""{"projectId":"{{project}}",""", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_name_is_taken_once_and_the_first_token_is_there_for_good()
    {
        await using var host = await ApiHost.StartAsync();
        await IssueAsync(host, "twin", "tasks:read").ShouldBeAsync(HttpStatusCode.Created);
        var first = (await host.Client.GetAsync(TokensUrl).ShouldBeAsync(HttpStatusCode.OK)).Items().First();

        await IssueAsync(host, "twin", "admin").ShouldBeProblemAsync(HttpStatusCode.Conflict, "token.already_exists");
        await IssueAsync(host, "administrator", "admin").ShouldBeProblemAsync(HttpStatusCode.Conflict, "token.already_exists");
        await host.Client.SendAsync(HttpMethod.Delete, $"{TokensUrl}/{first.Id()}").ShouldBeProblemAsync(HttpStatusCode.Conflict, "token.indispensable");
        Assert.Null(first["expiresAt"]);
    }

    [Fact]
    public async Task What_was_done_with_tokens_is_in_the_log_in_order_and_no_token_is_kept_anywhere()
    {
        await using var host = await ApiHost.StartAsync();
        var key = Guid.CreateVersion7().ToString();
        var body = Body("audited", "tasks:read", TimeProvider.System.GetUtcNow().AddDays(1));
        var issued = await host.Client.PostJsonAsync(TokensUrl, body, ("Idempotency-Key", key)).ShouldBeAsync(HttpStatusCode.Created);
        var again = await host.Client.PostJsonAsync(TokensUrl, body, ("Idempotency-Key", key)).ShouldBeAsync(HttpStatusCode.Created);
        using var reader = host.CreateClient(issued.Text("token"));
        await reader.PostJsonAsync(TokensUrl, Body("mine", "admin", TimeProvider.System.GetUtcNow().AddDays(1)))
            .ShouldBeProblemAsync(HttpStatusCode.Forbidden, "auth.insufficient_scope");
        await IssueAsync(host, "audited", "tasks:read").ShouldBeProblemAsync(HttpStatusCode.Conflict, "token.already_exists");
        await host.Client.SendAsync(HttpMethod.Delete, $"{TokensUrl}/{issued.Id()}").ShouldBeAsync(HttpStatusCode.NoContent);
        for (var i = 0; i < 2; i++)
            await reader.GetAsync(TasksUrl).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "auth.required");

        Assert.Equal(issued.Id(), again.Id());
        Assert.False(again.AsObject().ContainsKey("token"));
        await Eventually.IsTrueAsync("all of it is in the feed", async () => (await host.Client.FeedAsync("token.*")).Count == 9);
        var told = await host.Client.FeedAsync("token.*");
        Assert.Equal(
            [
                "issue_attempted", "issue_succeeded",
                "use_attempted", "use_succeeded",
                "issue_attempted", "issue_failed token.already_exists",
                "revoked",
                "use_attempted", "use_failed token.revoked",
            ],
            told.Select(item => item.Text("type").Split('.')[2] + (item["data"]!["code"] is { } code ? $" {code}" : "")));
        var denied = Assert.Single(await host.Client.FeedAsync("command.denied"));
        Assert.Equal(($"token:{issued.Id()}", "IssueToken"), (denied.Text("actor"), denied["data"]!.Text("command")));
        var path = host.ConnectionString.Split(';').Single(part => part.StartsWith("Data Source=", StringComparison.OrdinalIgnoreCase)).Split('=')[1];
        foreach (var file in new[] { path, path + "-wal" }.Where(File.Exists))
            Assert.Equal(-1, (await ReadAsync(file)).AsSpan().IndexOf(Encoding.UTF8.GetBytes(issued.Text("token"))));
    }

    private static async Task<byte[]> ReadAsync(string path)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[file.Length];
        await file.ReadExactlyAsync(bytes);
        return bytes;
    }

    private static Task<HttpResponseMessage> IssueAsync(ApiHost host, string name, string scope, DateTimeOffset? expiresAt = null) =>
        host.Client.PostJsonAsync(TokensUrl, Body(name, scope, expiresAt ?? TimeProvider.System.GetUtcNow().AddDays(30)));

    private static string Body(string name, string scope, DateTimeOffset expiresAt) => new JsonObject
    {
        ["name"] = name,
        ["scopes"] = new JsonArray(scope),
        ["expiresAt"] = expiresAt.ToString("O", CultureInfo.InvariantCulture),
    }.ToJsonString();

    private static string Soon() => TimeProvider.System.GetUtcNow().AddDays(30).ToString("O", CultureInfo.InvariantCulture);
}
