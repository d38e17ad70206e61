using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using TaskManagement.Api.IntegrationTests.Support;
using TaskManagement.Infrastructure.Persistence;
using static TaskManagement.Api.IntegrationTests.Support.Http;

namespace TaskManagement.Api.IntegrationTests;

public abstract class HostileRequestTests(DatabaseKind database) : HttpTest(database)
{
    private const string SomeId = "0198f5e2-7c1a-7b3e-9d55-3f2a8c6e1b04";

    private static readonly string[] OddStrings =
    [
        "", " ", "\\u0000", "a\\u0000b", "\\u0007", "\\n", "\\ud800", "\\udc00", "a\\ud83d", "\\u0085", "\\u007f", "\\r\\n", new('x', 301), new('é', 301),
        new('x', 70_000),
    ];

    private static readonly string[] WrongValues = ["1", "1.5", "true", "[]", "{}", "[null]", "\"\"", "[[]]", "{\"a\":1}", "-0", "1e400", "\"\\ud800\""];

    [Fact]
    public async Task Every_hostile_request_gets_a_problem_of_the_caller_and_changes_nothing()
    {
        var task = await Client.CreateTaskAsync("Untouched");
        var project = await Client.CreateProjectAsync();
        var hostile = Requests(task.Id(), project.Id()).ToList();
        Assert.True(hostile.Count > 500, $"{hostile.Count}");

        await Parallel.ForEachAsync(hostile, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (make, _) =>
        {
            using var request = make();
            var what = $"{request.Method} {Shortened(request.RequestUri!.OriginalString)} {Shortened(request.Content is null ? "" : await request.Content.ReadAsStringAsync())}";
            using var response = await Client.SendAsync(request);
            var text = await response.Content.ReadAsStringAsync();
            Assert.True((int)response.StatusCode is >= 400 and < 500, $"{what}: {(int)response.StatusCode} {text}");
            // Kestrel refuses what is not HTTP before there is a request to answer in detail.
            if (text.Length == 0 && response.StatusCode == HttpStatusCode.BadRequest)
                return;
            Assert.True(response.Content.Headers.ContentType?.MediaType == "application/problem+json", $"{what}: {text}");
            var problem = JsonNode.Parse(text)!;
            Assert.NotEmpty(problem.Text("code"));
            Assert.NotEmpty(problem.Text("traceId"));
            Assert.DoesNotContain("   at ", text, StringComparison.Ordinal);
            Assert.DoesNotContain("TaskManagement.", text, StringComparison.Ordinal);
            Assert.DoesNotContain("System.", text, StringComparison.Ordinal);
        });

        Assert.True(JsonNode.DeepEquals(task, (await Client.GetAsync($"{TasksUrl}?includeDeleted=true").ShouldBeAsync(HttpStatusCode.OK)).Items().Single()));
        Assert.True(JsonNode.DeepEquals(project, (await Client.GetAsync($"{ProjectsUrl}?includeDeleted=true").ShouldBeAsync(HttpStatusCode.OK)).Items().Single()));
    }

    private static IEnumerable<Func<HttpRequestMessage>> Requests(string task, string project)
    {
        foreach (var (method, address) in Writes(task, project))
        {
            // What is not JSON, not an object, too deep, doubled, or cut off.
            string[] bodies =
            [
                "", "{", "}", "null", "1", "\"a\"", "[]", "[{}]", "{\"title\":", "{title:1}", "{'title':1}", "{\"title\":\"a\",}", "// c\n{}", "{}{}", "{\"\":1}",
                "{\"a/b~c\":1}", "{\"title\":\"a\",\"title\":\"b\"}", "{\"reason\":\"a\",\"reason\":\"b\"}", "{\"__proto__\":{}}", "{\"Title\":\"a\"}", "{\"TITLE\":\"a\"}",
                "\ufeff\ufeff{}", new string('[', 10_000), "{\"a\":" + new string('{', 500), "{\"title\":\"\\x\"}", "{\"title\":\"\u0001\"}",
            ];
            foreach (var body in bodies)
                yield return () => Make(method, address, body);
            // Bytes that are not UTF-8, and other kinds of content.
            yield return () => Make(method, address, [0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d], "application/json");
            yield return () => Make(method, address, "{}"u8.ToArray(), "text/plain");
            yield return () => Make(method, address, "{}"u8.ToArray(), "application/json", "utf-16");
            yield return () => Make(method, address, "title=a"u8.ToArray(), "application/x-www-form-urlencoded");
            yield return () => Make(method, address, "<a/>"u8.ToArray(), "application/xml");
            yield return () => Make(method, address, Encoding.UTF8.GetBytes("{\"zzz\":\"" + new string('x', 1_100_000) + "\"}"), "application/json");
        }

        foreach (var member in new[] { "title", "description", "priority", "due", "labels", "assigneeId", "projectId", "id" })
        {
            foreach (var value in WrongValues)
            {
                var json = $"{{\"{member}\":{value}}}";
                if (IsAdmitted(member, value))
                    continue;
                yield return () => Make(HttpMethod.Post, TasksUrl, member == "title" ? json : json.Insert(1, "\"title\":\"a\","));
                yield return () => Make(HttpMethod.Patch, $"{TasksUrl}/{task}", json);
            }
        }

        foreach (var odd in OddStrings)
        {
            yield return () => Make(HttpMethod.Post, TasksUrl, $"{{\"title\":\"{odd}\"}}");
            yield return () => Make(HttpMethod.Patch, $"{TasksUrl}/{task}", $"{{\"title\":\"{odd}\"}}");
            yield return () => Make(HttpMethod.Post, TasksUrl, $"{{\"title\":\"a\",\"labels\":[\"{odd}\"]}}");
            yield return () => Make(HttpMethod.Post, TasksUrl, $"{{\"title\":\"a\",\"priority\":\"{odd}\"}}");
            yield return () => Make(HttpMethod.Post, TasksUrl, $"{{\"title\":\"a\",\"due\":{{\"date\":\"{odd}\"}}}}");
            yield return () => Make(HttpMethod.Post, TasksUrl, $"{{\"title\":\"a\",\"due\":{{\"dateTime\":\"2026-12-01T17:00:00\",\"timeZone\":\"{odd}\"}}}}");
            yield return () => Make(HttpMethod.Post, TasksUrl, $"{{\"title\":\"a\",\"assigneeId\":\"{odd}\"}}");
            yield return () => Make(HttpMethod.Post, ProjectsUrl, $"{{\"key\":\"{odd}\",\"name\":\"a\"}}");
            yield return () => Make(HttpMethod.Post, ProjectsUrl, $"{{\"key\":\"ABC\",\"name\":\"{odd}\"}}");
        }

        string[] dueDates =
        [
            "{}", "{\"date\":null}", "{\"date\":\"2026-02-30\"}", "{\"date\":\"2026-1-1\"}", "{\"date\":\"20261201\"}", "{\"date\":\"2026-12-01T00:00:00\"}",
            "{\"date\":\"2026-12-01\",\"timeZone\":\"Europe/Madrid\"}", "{\"date\":\"2026-12-01\",\"dateTime\":\"2026-12-01T17:00:00\"}",
            "{\"dateTime\":\"2026-12-01T17:00:00Z\"}", "{\"dateTime\":\"2026-12-01T17:00\"}", "{\"dateTime\":\"2026-12-01T25:00:00\"}", "{\"timeZone\":\"Europe/Madrid\"}",
            "{\"dateTime\":\"2026-12-01T17:00:00\",\"timeZone\":\"Mars/Phobos\"}", "{\"dateTime\":\"2026-12-01T17:00:00\",\"timeZone\":\"../../etc/passwd\"}",
            "{\"dateTime\":\"2026-12-01T17:00:00\",\"timeZone\":\"Romance Standard Time\"}", "{\"dateTime\":\"0001-01-01T00:00:00\",\"timeZone\":\"Asia/Tokyo\"}",
            "{\"dateTime\":\"9999-12-31T23:00:00\",\"timeZone\":\"America/New_York\"}", "{\"date\":\"2026-12-01\",\"x\":1}", "\"2026-12-01\"", "1764547200",
        ];
        foreach (var due in dueDates)
        {
            yield return () => Make(HttpMethod.Post, TasksUrl, $"{{\"title\":\"a\",\"due\":{due}}}");
            yield return () => Make(HttpMethod.Patch, $"{TasksUrl}/{task}", $"{{\"due\":{due}}}");
        }

        yield return () => Make(HttpMethod.Post, TasksUrl, $"{{\"title\":\"a\",\"labels\":[{string.Join(',', Enumerable.Range(0, 51).Select(i => $"\"l{i}\""))}]}}");
        yield return () => Make(HttpMethod.Post, TasksUrl, $"{{\"title\":\"a\",\"description\":\"{new string('€', 22_000)}\"}}");
        yield return () => Make(HttpMethod.Post, TasksUrl, "{\"title\":\"a\",\"id\":\"00000000-0000-0000-0000-000000000000\"}");

        string[] queries =
        [
            "foo=1", "Limit=5", "limit=0", "limit=-1", "limit=201", "limit=1e3", "limit=99999999999", "limit=a", "limit=1&limit=2", "sort=title", "sort=--created", "sort=",
            "sort=created,due", "cursor=", "cursor=a", "cursor=%00", "cursor=AAAA", "cursor=" + new string('A', 300), "includeDeleted=maybe", "includeDeleted=1", "text=",
            "text=%00", "text=%07", "text=" + new string('x', 201), "text=%ED%A0%80%00",
        ];
        foreach (var query in queries)
        {
            yield return () => Make(HttpMethod.Get, $"{TasksUrl}?{query}", null);
            yield return () => Make(HttpMethod.Get, $"{ProjectsUrl}?{query}", null);
        }

        string[] taskQueries =
        [
            "status=done", "status=Pending", "status=0", "status=", "priority=9", "projectId=OPS", "projectId=", "assigneeId={" + SomeId + "}", "label=", "label=%00",
            "label=" + new string('x', 51), "dueFrom=yesterday", "dueFrom=2026-12-01T17:00:00", "dueBefore=2026-13-01", "updatedSince=1764547200", "updatedSince=01/12/2026",
            string.Join('&', Enumerable.Range(0, 51).Select(i => $"label=l{i}")),
        ];
        foreach (var query in taskQueries)
            yield return () => Make(HttpMethod.Get, $"{TasksUrl}?{query}", null);

        string[] ids = ["nope", "1", "00000000", SomeId + "0", "{" + SomeId + "}", SomeId.Replace("-", "", StringComparison.Ordinal), "%00", "..%2f..%2fetc", new('a', 2000), SomeId];
        foreach (var id in ids)
        {
            foreach (var resource in new[] { TasksUrl, ProjectsUrl })
            {
                yield return () => Make(HttpMethod.Get, $"{resource}/{id}", null);
                yield return () => Make(HttpMethod.Get, $"{resource}/{id}/history", null);
                yield return () => Make(HttpMethod.Patch, $"{resource}/{id}", "{}");
                yield return () => Make(HttpMethod.Delete, $"{resource}/{id}", null);
                yield return () => Make(HttpMethod.Post, $"{resource}/{id}/restore", "{}");
            }
        }

        foreach (var (name, value) in new[]
        {
            ("Idempotency-Key", "a b"), ("Idempotency-Key", new('k', 256)), ("X-Correlation-Id", "a b"), ("X-Correlation-Id", new('c', 129)),
            ("If-Match", "abc"), ("If-Match", "\"1\", \"2\""), ("If-Match", "\""),
        })
        {
            var bad = (name, value);
            yield return () =>
            {
                var request = Make(HttpMethod.Post, $"{TasksUrl}/{task}/start", "{}");
                request.Headers.TryAddWithoutValidation(bad.name, bad.value);
                return request;
            };
        }

        foreach (var method in new[] { "PUT", "OPTIONS", "TRACE", "PROPFIND", "HEAD!" })
            yield return () => Make(new HttpMethod(method.TrimEnd('!')) is var m && method.EndsWith('!') ? HttpMethod.Put : m, TasksUrl, null);
        yield return () => Make(HttpMethod.Get, "/api/v1/nothing", null);
        yield return () => Make(HttpMethod.Get, "/api/v2/tasks", null);
    }

    private static IEnumerable<(HttpMethod Method, string Address)> Writes(string task, string project)
    {
        yield return (HttpMethod.Post, TasksUrl);
        yield return (HttpMethod.Patch, $"{TasksUrl}/{task}");
        yield return (HttpMethod.Post, $"{TasksUrl}/{task}/cancel");
        yield return (HttpMethod.Post, $"{ProjectsUrl}");
        yield return (HttpMethod.Post, $"{ProjectsUrl}/{project}/archive");
    }

    private static bool IsAdmitted(string member, string value) => (member, value) switch
    {
        ("labels", "[]") => true,
        ("description", "\"\"") => true,
        _ => false,
    };

    private static HttpRequestMessage Make(HttpMethod method, string address, string? body) =>
        body is null ? new(method, address) : Make(method, address, Encoding.UTF8.GetBytes(body), "application/json");

    private static HttpRequestMessage Make(HttpMethod method, string address, byte[] body, string mediaType, string? charset = null) => new(method, address)
    {
        // A large body is sent only if the service wants it: otherwise it hangs up in the middle, and the answer may be lost.
        Headers = { ExpectContinue = body.Length > 1_000_000 },
        Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue(mediaType) { CharSet = charset } } },
    };

    private static string Shortened(string text) => text.Length <= 120 ? text : text[..120] + "…";
}

public sealed class HostileRequestTestsOnSqlite() : HostileRequestTests(DatabaseKind.Sqlite);

public sealed class HostileRequestTestsOnPostgreSql() : HostileRequestTests(DatabaseKind.PostgreSql);

public sealed class HostileRequestTestsOnSqlServer() : HostileRequestTests(DatabaseKind.SqlServer);
