using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using TaskManagement.Api.IntegrationTests.Support;
using TaskManagement.Application.Common.Access;
using TaskManagement.Domain.Identity;
using static TaskManagement.Api.IntegrationTests.Support.Http;

namespace TaskManagement.Api.IntegrationTests.Identity;

/// <summary>Every endpoint asks for the scope that its use case declares, and the page of permissions says so.</summary>
public sealed class ScopeTests
{
    private static readonly Dictionary<string, Scopes> Declared = typeof(RequiresAttribute).Assembly.GetTypes()
        .Where(type => type.IsDefined(typeof(RequiresAttribute), inherit: false))
        .ToDictionary(type => type.Name, RequiresAttribute.Of, StringComparer.Ordinal);

    [Fact]
    public async Task Every_endpoint_refuses_every_token_that_is_not_good_for_it_and_no_other()
    {
        await using var host = await ApiHost.StartAsync(settings: new(StringComparer.Ordinal) { ["RateLimiting:Enabled"] = "false" });
        var operations = await OperationsAsync(host);
        var wrong = new List<string>();
        foreach (var scope in ScopeWords.All)
        {
            using var client = host.CreateClient(await IssueAsync(host, scope));
            foreach (var operation in operations)
            {
                var needed = Declared[operation.UseCase];
                using var answer = await client.SendAsync(operation.ToRequest(), HttpCompletionOption.ResponseHeadersRead);
                var isRefused = answer.StatusCode == HttpStatusCode.Forbidden;
                if (isRefused == ScopeWords.ParseAll(scope).Include(needed))
                    wrong.Add($"{operation.Method} {operation.Path} with {scope}: {(int)answer.StatusCode} {(isRefused ? "" : await answer.Content.ReadAsStringAsync())}");
                if (isRefused)
                    Assert.Equal($"Bearer error=\"insufficient_scope\", scope=\"{ScopeWords.Format(needed)}\"", Assert.Single(answer.Headers.GetValues("WWW-Authenticate")));
            }
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public async Task The_page_of_permissions_is_what_the_use_cases_declare()
    {
        await using var host = await ApiHost.StartAsync();
        var page = new StringBuilder("""
            # Permissions

            What the token of a caller must be good for. It is declared on each use case, and written down here by a test. `tasks:write` and
            `projects:admin` include `tasks:read`; `admin` includes everything. Without the scope the answer is 403 with the code
            `auth.insufficient_scope`.

            | call | scope |
            | --- | --- |

            """);
        foreach (var operation in await OperationsAsync(host))
            page.Append(CultureInfo.InvariantCulture, $"| `{operation.Method} {operation.Path}` | `{ScopeWords.Format(Declared[operation.UseCase])}` |\n");

        await Documents.ShouldBeAsync("permissions.md", page.ToString());
    }

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

    /// <summary>All operations, with the examples that the document gives of them.</summary>
    private static async Task<IReadOnlyList<Operation>> OperationsAsync(ApiHost host)
    {
        var document = await host.Client.GetAsync("/openapi/v1.json").ShouldBeAsync(HttpStatusCode.OK);
        return
        [
            .. document["paths"]!.AsObject()
                .SelectMany(path => path.Value!.AsObject(), (path, operation) => Operation.Of(path.Key, operation.Key, operation.Value!))
                .OrderBy(operation => operation.Path, StringComparer.Ordinal).ThenBy(operation => operation.Method.Method, StringComparer.Ordinal),
        ];
    }

    private sealed record Operation(HttpMethod Method, string Path, string UseCase, string Address, string? MediaType, string? Body)
    {
        public static Operation Of(string path, string method, JsonNode operation)
        {
            var address = path;
            foreach (var parameter in (operation["parameters"]?.AsArray() ?? []).OfType<JsonNode>().Where(parameter => parameter.Text("in") == "path"))
                address = address.Replace($"{{{parameter.Text("name")}}}", ValueOf(parameter["schema"]!), StringComparison.Ordinal);

            var body = operation["requestBody"]?["content"]?.AsObject().First();
            return new(HttpMethod.Parse(method), path, operation.Text("operationId"), address, body?.Key, body?.Value!["example"]?.ToJsonString() ?? (body is null ? null : "{}"));
        }

        public HttpRequestMessage ToRequest()
        {
            var request = new HttpRequestMessage(Method, Address);
            if (Body is not null)
                request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(Body)) { Headers = { ContentType = MediaTypeHeaderValue.Parse(MediaType!) } };
            return request;
        }

        private static string ValueOf(JsonNode schema) => (string?)schema["format"] switch
        {
            "uuid" => Guid.CreateVersion7().ToString(),
            "int64" => "1",
            _ => "mail-assignee",
        };
    }
}
