using System.Net;
using System.Text.Json.Nodes;
using TaskManagement.Api.IntegrationTests.Support;
using TaskManagement.Infrastructure.Persistence;
using TaskManagement.TestSupport;
using static TaskManagement.Api.IntegrationTests.Support.Http;

namespace TaskManagement.Api.IntegrationTests;

public abstract class AnalyticsTests(DatabaseKind database) : HttpTest(database)
{
    private const string AnalyticsUrl = "/api/v1/analytics/tasks";

    private static readonly (string Query, string Code, string Parameter)[] WrongParameters =
    [
        ("from=2026-13-01", "parameter.malformed", "from"),
        ("from=01/11/2026", "parameter.malformed", "from"),
        ("to=2026-11-01T00:00:00Z", "parameter.malformed", "to"),
        ("to=2026-11-1", "parameter.malformed", "to"),
        ("groupBy=week", "parameter.malformed", "groupBy"),
        ("groupBy=0", "parameter.malformed", "groupBy"),
        ("groupBy=Day", "parameter.malformed", "groupBy"),
        ("projectId=OPS", "parameter.malformed", "projectId"),
        ("limit=many", "parameter.malformed", "limit"),
        ("From=2026-11-01", "parameter.unknown", "From"),
        ("assigneeId=0198f5e2-0000-7000-8000-00000000000b", "parameter.unknown", "assigneeId"),
        ("cursor=a&cursor=b", "parameter.repeated", "cursor"),
    ];

    private static readonly (string Query, string Code, string Parameter)[] WrongValues =
    [
        ("from=2026-11-02&to=2026-11-01", "from.after_to", "from"),
        ("from=2025-11-01&to=2026-11-02", "period.too_long", "from"),
        ("from=9999-12-31", "from.after_to", "from"),
        ("from=0001-01-01", "period.too_long", "from"),
        ("limit=0", "limit.out_of_range", "limit"),
        ("limit=201", "limit.out_of_range", "limit"),
        ("cursor=x", "cursor.malformed", "cursor"),
    ];

    [Fact]
    public async Task What_happens_to_tasks_is_counted_soon_after()
    {
        var project = await Client.CreateProjectAsync();
        var task = await Client.CreateTaskAsync("Done", project.Id());
        await Client.CreateTaskAsync("Open");
        await Client.PostJsonAsync($"{TasksUrl}/{task.Id()}/start").ShouldBeAsync(HttpStatusCode.OK);
        await Client.PostJsonAsync($"{TasksUrl}/{task.Id()}/complete").ShouldBeAsync(HttpStatusCode.OK);
        await Eventually.IsTrueAsync("the completion is counted", async () => (await ItemsAsync("")).Sum(item => (int)item["completed"]!) == 1);

        // Midnight may fall into it.
        Assert.Equal((2, 1), ((await ItemsAsync("")).Sum(item => (int)item["created"]!), (await ItemsAsync("")).Sum(item => (int)item["completed"]!)));
        var byProject = (await ItemsAsync("?groupBy=project")).ToDictionary(item => (string?)item["projectId"] ?? "none");
        Assert.Equal((1, 0), Counts(byProject["none"]));
        Assert.Equal((1, 1), Counts(byProject[project.Id()]));
        Assert.Null(byProject["none"]["completionTime"]);
        var times = byProject[project.Id()]["completionTime"]!;
        Assert.Equal((1, 1, 0), ((int)times["tasks"]!, (int)times["withinHour"]!, (int)times["longer"]!));
        Assert.Equal((double)times["minSeconds"]!, (double)times["meanSeconds"]!);
        Assert.Null(Assert.Single(await ItemsAsync("?groupBy=person"))["personId"]);

        using var first = await Client.GetAsync($"{AnalyticsUrl}?groupBy=project&limit=1");
        Assert.Contains("rel=\"next\"", first.Headers.GetValues("Link").Single(), StringComparison.Ordinal);
        var cursor = (await first.JsonAsync()).Text("nextCursor");
        var second = await Client.GetAsync($"{AnalyticsUrl}?groupBy=project&limit=1&cursor={cursor}").ShouldBeAsync(HttpStatusCode.OK);
        Assert.Null(second["nextCursor"]);
        Assert.Equal(project.Id(), Assert.Single(second.Items()).Text("projectId"));
        await Client.GetAsync($"{AnalyticsUrl}?groupBy=person&cursor={cursor}").ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "request.invalid");
    }

    [Fact]
    public async Task A_wrong_parameter_is_refused_by_name()
    {
        foreach (var (query, code, parameter) in WrongParameters)
            ShouldName(await Client.GetAsync($"{AnalyticsUrl}?{query}").ShouldBeProblemAsync(HttpStatusCode.BadRequest, "request.malformed"), query, code, parameter);
        foreach (var (query, code, parameter) in WrongValues)
            ShouldName(await Client.GetAsync($"{AnalyticsUrl}?{query}").ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "request.invalid"), query, code, parameter);
    }

    [Fact]
    public async Task Days_on_which_nothing_happened_are_no_error()
    {
        foreach (var query in (string[])["", "?from=2025-11-01&to=2026-11-01", "?from=2026-11-01&to=2026-11-01", "?to=0001-01-01", "?groupBy=person&personId=0198f5e2-0000-7000-8000-00000000000b"])
            Assert.Empty(await ItemsAsync(query));
    }

    private static (int Created, int Completed) Counts(JsonNode item) => ((int)item["created"]!, (int)item["completed"]!);

    private static void ShouldName(JsonNode problem, string query, string code, string parameter)
    {
        var error = Assert.Single(problem["errors"]!.AsArray())!;
        Assert.Equal((query, code, parameter), (query, error.Text("code"), error.Text("parameter")));
    }

    private async Task<List<JsonNode>> ItemsAsync(string query) =>
        [.. (await Client.GetAsync(AnalyticsUrl + query).ShouldBeAsync(HttpStatusCode.OK)).Items()];
}

public sealed class AnalyticsOnSqlite() : AnalyticsTests(DatabaseKind.Sqlite);

public sealed class AnalyticsOnPostgreSql() : AnalyticsTests(DatabaseKind.PostgreSql);
