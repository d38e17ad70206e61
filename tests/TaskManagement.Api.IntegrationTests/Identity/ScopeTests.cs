using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using TaskManagement.Api.IntegrationTests.Support;
using TaskManagement.Application.Common.Json;
using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Projects;
using static TaskManagement.Api.IntegrationTests.Support.Http;

namespace TaskManagement.Api.IntegrationTests.Identity;

/// <summary>Every endpoint asks for the scope that its use case declares, and the page of permissions says so.</summary>
public sealed class ScopeTests
{
    [Fact]
    public async Task Every_endpoint_refuses_every_token_that_is_not_good_for_it_and_no_other()
    {
        await using var host = await ApiHost.StartAsync(settings: new(StringComparer.Ordinal) { ["RateLimiting:Enabled"] = "false" });
        var operations = await Operation.AllAsync(host);
        var wrong = new List<string>();
        foreach (var scope in ScopeWords.All)
        {
            using var client = host.CreateClient(await IssueAsync(host, scope));
            foreach (var operation in operations)
            {
                var needed = operation.Needs.Scope;
                using var answer = await client.SendAsync(operation.ToRequest(), HttpCompletionOption.ResponseHeadersRead);
                // What is for people alone is refused to a token as well, and not for its scopes.
                var isRefused = answer.StatusCode == HttpStatusCode.Forbidden && answer.Headers.WwwAuthenticate.Count > 0;
                if (isRefused == ScopeWords.ParseAll(scope).Include(needed))
                    wrong.Add($"{operation.Method} {operation.Path} with {scope}: {(int)answer.StatusCode} {(isRefused ? "" : await answer.Content.ReadAsStringAsync())}");
                if (isRefused)
                    Assert.Equal($"Bearer error=\"insufficient_scope\", scope=\"{ScopeWords.Format(needed)}\"", Assert.Single(answer.Headers.GetValues("WWW-Authenticate")));
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public async Task The_page_of_permissions_is_what_the_use_cases_declare()
    {
        await using var host = await ApiHost.StartAsync();
        var page = new StringBuilder("""
            # Permissions

            What a caller must be. It is declared on each use case, and written down here by a test.

            The **scope** is what the token must be good for. `tasks:write` and `projects:admin` include `tasks:read`; `admin` includes everything.
            The session of a person is good for everything but `admin`, and for that too if they are an administrator; no token can be issued for
            `account`. Without the scope the answer is 403 with the code `auth.insufficient_scope`.

            The **role** is what a person must be in the project that a call is about: viewer, commenter, editor or owner, each of whom may do what
            those before may. With a lesser role the answer is 403 with the code `auth.insufficient_role`. To who is no member, the project and
            all that is in it is not there: 404, and lists, feeds, streams and webhooks leave it out. A task outside of all projects is open to
            who created it and to whom it is assigned. Administrators, and programs with a token of their own, see all projects.

            *Organisation* is open to administrators and programs only: 403 with `auth.organisation_only` for others. A program whose token is
            confined to a project can do what has a role here, in that project, and nothing else: 403 with `auth.confined_to_project`.

            | call | scope | role |
            | --- | --- | --- |

            """);
        foreach (var operation in await Operation.AllAsync(host))
        {
            var needed = operation.Needs;
            var role = needed.Role is { } inProject ? Words<ProjectRole>.Of(inProject) : needed.OfOrganisation ? "*organisation*" : "";
            page.Append(CultureInfo.InvariantCulture, $"| `{operation.Method} {operation.Path}` | {WordOf(needed.Scope)} | {role} |\n");
        }

        await Documents.ShouldBeAsync("permissions.md", page.ToString());
    }

    private static string WordOf(Scopes scope) => scope == Scopes.None ? "none: everyone may" : $"`{ScopeWords.Format(scope)}`";

    private static async Task<string> IssueAsync(ApiHost host, string scope)
    {
        var body = new JsonObject
        {
            ["name"] = scope,
            ["scopes"] = new JsonArray(scope),
            ["expiresAt"] = TimeProvider.System.GetUtcNow().AddDays(1).ToString("O", CultureInfo.InvariantCulture),
        };
        return (await host.Client.PostJsonAsync("/api/v1/tokens", body.ToJsonString()).ShouldBeAsync(HttpStatusCode.Created)).Text("token");
    }
}
