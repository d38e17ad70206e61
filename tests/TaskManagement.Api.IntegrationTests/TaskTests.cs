using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using TaskManagement.Api.IntegrationTests.Support;
using TaskManagement.Infrastructure.Persistence;
using static TaskManagement.Api.IntegrationTests.Support.Http;

namespace TaskManagement.Api.IntegrationTests;

public abstract class TaskTests(DatabaseKind database) : HttpTest(database)
{
    [Fact]
    public async Task A_task_is_created_as_it_was_said_and_read_back_the_same()
    {
        var project = await Client.CreateProjectAsync();
        var body = $$"""
            {
              "id": "0198f5e2-7c1a-7b3e-9d55-3f2a8c6e1b04", "title": "  Renew the certificate ", "description": "**Both**, by hand.\n",
              "priority": "high", "due": {"dateTime": "2026-12-01T17:00:00", "timeZone": "Europe/Madrid"},
              "labels": ["security", "Ops", "SECURITY"], "assigneeId": "0198f5e2-0000-7000-8000-000000000001", "projectId": "{{project.Id()}}"
            }
            """;

        using var created = await Client.PostJsonAsync(TasksUrl, body);
        var task = await created.JsonAsync();

        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        Assert.Equal("/api/v1/tasks/0198f5e2-7c1a-7b3e-9d55-3f2a8c6e1b04", created.Headers.Location?.OriginalString);
        Assert.Equal("\"3\"", created.Headers.ETag?.ToString());
        Assert.True(JsonNode.DeepEquals(task, await Client.GetAsync(created.Headers.Location).ShouldBeAsync(HttpStatusCode.OK)));
        var createdAt = task.Text("createdAt");
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$", createdAt);
        Assert.StartsWith("token:", task.Text("createdBy"), StringComparison.Ordinal);
        var expected = JsonNode.Parse($$"""
            {
              "id": "0198f5e2-7c1a-7b3e-9d55-3f2a8c6e1b04", "key": "OPS-1", "title": "Renew the certificate", "description": "**Both**, by hand.\n",
              "status": "pending", "priority": "high", "due": {"dateTime": "2026-12-01T17:00:00", "timeZone": "Europe/Madrid"},
              "dueAt": "2026-12-01T16:00:00.000Z", "labels": ["Ops", "security"], "assigneeId": "0198f5e2-0000-7000-8000-000000000001",
              "projectId": "{{project.Id()}}", "version": 3, "createdAt": "{{createdAt}}", "createdBy": "{{task.Text("createdBy")}}",
              "updatedAt": "{{task.Text("updatedAt")}}", "completedAt": null, "deletedAt": null
            }
            """);
        Assert.True(JsonNode.DeepEquals(expected, task), task.ToJsonString());
    }

    [Theory]
    [InlineData("""{"date":"2026-12-01"}""", "2026-12-01T23:59:59.000Z")]
    [InlineData("""{"dateTime":"2026-12-01T17:00:00"}""", "2026-12-01T17:00:00.000Z")]
    [InlineData("""{"dateTime":"2026-03-29T02:30:00","timeZone":"Europe/Madrid"}""", "2026-03-29T01:30:00.000Z")]
    public async Task A_due_date_keeps_its_form_and_shows_its_instant(string due, string instant)
    {
        var task = await Client.PostJsonAsync(TasksUrl, $$"""{"title":"Due","due":{{due}}}""").ShouldBeAsync(HttpStatusCode.Created);

        Assert.Equal(due, task["due"]!.ToJsonString());
        Assert.Equal(instant, task.Text("dueAt"));
    }

    [Fact]
    public async Task A_task_goes_through_its_workflow_and_its_history_tells_of_it()
    {
        var task = await Client.CreateTaskAsync("Ship");
        var address = $"{TasksUrl}/{task.Id()}";

        await Client.PostJsonAsync($"{address}/complete").ShouldBeProblemAsync(HttpStatusCode.Conflict, "task.transition_not_allowed");
        await Client.PostJsonAsync($"{address}/start").ShouldBeAsync(HttpStatusCode.OK);
        var completed = await Client.PostJsonAsync($"{address}/complete", "{}").ShouldBeAsync(HttpStatusCode.OK);
        var again = await Client.PostJsonAsync($"{address}/complete").ShouldBeAsync(HttpStatusCode.OK);
        await Client.PostJsonAsync($"{address}/reopen").ShouldBeAsync(HttpStatusCode.OK);
        var cancelled = await Client.PostJsonAsync($"{address}/cancel", """{"reason":"Not now"}""").ShouldBeAsync(HttpStatusCode.OK);

        Assert.Equal("completed", completed.Text("status"));
        Assert.NotNull(completed["completedAt"]);
        Assert.True(JsonNode.DeepEquals(completed, again));
        Assert.Equal("cancelled", cancelled.Text("status"));
        Assert.Null(cancelled["completedAt"]);

        var history = await Client.GetAsync($"{address}/history").ShouldBeAsync(HttpStatusCode.OK);
        Assert.Equal(
            [
                "task.created", "task.status_changed", "task.status_changed", "task.completed", "task.status_changed", "task.reopened",
                "task.status_changed", "task.cancelled",
            ],
            history.Items().Select(e => e.Text("type")["taskmanagement.".Length..^".v1".Length]));
        Assert.Equal(Enumerable.Range(1, 8).Select(n => $"{n:D10}"), history.Items().Select(e => e.Text("sequence")));
        Assert.All(history.Items(), e =>
        {
            Assert.Equal("1.0", e.Text("specversion"));
            Assert.Equal(task.Id(), e.Text("subject"));
            Assert.Equal("/taskmanagement", e.Text("source"));
            Assert.Equal("application/json", e.Text("datacontenttype"));
            Assert.Equal(task.Text("createdBy"), e.Text("actor"));
            Assert.Matches("^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$", e.Text("traceparent"));
        });
        var done = history.Items().ElementAt(3);
        Assert.Equal("Ship", done["data"]!.Text("title"));
        Assert.Equal(completed.Text("completedAt"), done["data"]!.Text("completedAt"));
        Assert.Equal(done.Text("time"), done["data"]!.Text("completedAt"));
        Assert.Equal("Not now", history.Items().Last()["data"]!.Text("reason"));
    }

    [Fact]
    public async Task A_history_is_paged_in_version_order()
    {
        var task = await Client.CreateTaskAsync();
        for (var i = 0; i < 6; i++)
            await Client.PatchJsonAsync($"{TasksUrl}/{task.Id()}", $$"""{"title":"Title {{i}}"}""").ShouldBeAsync(HttpStatusCode.OK);

        var sequences = new List<string>();
        var next = $"{TasksUrl}/{task.Id()}/history?limit=3";
        while (next is not null)
        {
            using var response = await Client.GetAsync(next);
            sequences.AddRange((await response.JsonAsync()).Items().Select(e => e.Text("sequence")));
            next = NextOf(response);
        }

        Assert.Equal(Enumerable.Range(1, 7).Select(n => $"{n:D10}"), sequences);
        await Client.GetAsync($"{TasksUrl}/{Guid.CreateVersion7()}/history").ShouldBeProblemAsync(HttpStatusCode.NotFound, "task.not_found");
    }

    [Fact]
    public async Task A_merge_patch_changes_what_it_names_and_null_clears()
    {
        var project = await Client.CreateProjectAsync();
        var task = await Client.PostJsonAsync(TasksUrl, $$"""
            {"title":"A","description":"B","priority":"low","due":{"date":"2026-12-01"},"labels":["x"],
             "assigneeId":"0198f5e2-0000-7000-8000-000000000001","projectId":"{{project.Id()}}"}
            """).ShouldBeAsync(HttpStatusCode.Created);
        var address = $"{TasksUrl}/{task.Id()}";

        var titled = await Client.PatchJsonAsync(address, """{"title":"C"}""").ShouldBeAsync(HttpStatusCode.OK);
        var unchanged = await Client.PatchJsonAsync(address, """{"title":"C","labels":["X"]}""").ShouldBeAsync(HttpStatusCode.OK);
        var cleared = await Client.PatchJsonAsync(
            address, """{"description":null,"priority":null,"due":null,"labels":null,"assigneeId":null,"projectId":null}""").ShouldBeAsync(HttpStatusCode.OK);

        Assert.Equal(("C", "B", "OPS-1"), (titled.Text("title"), titled.Text("description"), titled.Text("key")));
        Assert.True(JsonNode.DeepEquals(titled, unchanged));
        Assert.Null(cleared["description"]);
        Assert.Equal("none", cleared.Text("priority"));
        Assert.Null(cleared["due"]);
        Assert.Null(cleared["dueAt"]);
        Assert.Empty(cleared["labels"]!.AsArray());
        Assert.Null(cleared["assigneeId"]);
        Assert.Null(cleared["projectId"]);
        Assert.Null(cleared["key"]);
        Assert.Equal((int)titled["version"]! + 6, (int)cleared["version"]!);
        await Client.PatchJsonAsync(address, """{"title":null}""").ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "request.invalid");
    }

    [Fact]
    public async Task The_status_can_not_be_patched_and_the_answer_names_the_verbs()
    {
        var task = await Client.CreateTaskAsync();

        var problem = await Client.PatchJsonAsync($"{TasksUrl}/{task.Id()}", """{"title":"New","status":"completed","version":9,"colour":"red"}""")
            .ShouldBeProblemAsync(HttpStatusCode.BadRequest, "request.malformed");

        var errors = problem["errors"]!.AsArray();
        Assert.Equal(
            [("/status", "member.read_only"), ("/version", "member.read_only"), ("/colour", "member.unknown")],
            errors.Select(e => (e!.Text("pointer"), e!.Text("code"))));
        Assert.Contains("/complete", errors[0]!.Text("detail"), StringComparison.Ordinal);
        var read = await Client.GetAsync($"{TasksUrl}/{task.Id()}").ShouldBeAsync(HttpStatusCode.OK);
        Assert.True(JsonNode.DeepEquals(task, read));
    }

    [Fact]
    public async Task A_deleted_task_is_hidden_until_it_is_restored()
    {
        var task = await Client.CreateTaskAsync("Gone");
        var address = $"{TasksUrl}/{task.Id()}";

        var wrong = await Client.DeleteAsync($"{address}?reason=").ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "request.invalid");
        Assert.Equal("reason", wrong["errors"]![0]!.Text("parameter"));
        await Client.DeleteAsync($"{address}?reason=Duplicate").ShouldBeAsync(HttpStatusCode.NoContent);
        await Client.DeleteAsync(address).ShouldBeAsync(HttpStatusCode.NoContent);

        await Client.GetAsync(address).ShouldBeProblemAsync(HttpStatusCode.NotFound, "task.not_found");
        await Client.PatchJsonAsync(address, """{"title":"New"}""").ShouldBeProblemAsync(HttpStatusCode.Conflict, "task.deleted");
        Assert.Empty((await Client.GetAsync($"{TasksUrl}?text=gone").ShouldBeAsync(HttpStatusCode.OK)).Items());
        Assert.Single((await Client.GetAsync($"{TasksUrl}?text=gone&includeDeleted=true").ShouldBeAsync(HttpStatusCode.OK)).Items());
        Assert.NotNull((await Client.GetAsync($"{address}?includeDeleted=true").ShouldBeAsync(HttpStatusCode.OK))["deletedAt"]);
        var history = await Client.GetAsync($"{address}/history").ShouldBeAsync(HttpStatusCode.OK);
        Assert.Equal("Duplicate", history.Items().Last()["data"]!.Text("reason"));

        var restored = await Client.PostJsonAsync($"{address}/restore").ShouldBeAsync(HttpStatusCode.OK);
        Assert.Null(restored["deletedAt"]);
        Assert.Equal("Gone", (await Client.GetAsync(address).ShouldBeAsync(HttpStatusCode.OK)).Text("title"));
    }

    [Fact]
    public async Task An_id_of_the_callers_choice_is_taken_once()
    {
        var body = $$"""{"id":"{{Guid.CreateVersion7()}}","title":"Mine"}""";

        await Client.PostJsonAsync(TasksUrl, body).ShouldBeAsync(HttpStatusCode.Created);
        await Client.PostJsonAsync(TasksUrl, body).ShouldBeProblemAsync(HttpStatusCode.Conflict, "task.already_exists");
    }

    [Fact]
    public async Task Entity_tags_spare_the_second_read_and_guard_writes()
    {
        var task = await Client.CreateTaskAsync();
        var address = $"{TasksUrl}/{task.Id()}";

        using var unchanged = await Client.SendAsync(HttpMethod.Get, address, null, ("If-None-Match", "\"7\", W/\"1\""));
        Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);
        Assert.Equal("\"1\"", unchanged.Headers.ETag?.ToString());
        Assert.Empty(await unchanged.Content.ReadAsByteArrayAsync());

        await Client.PatchJsonAsync(address, """{"title":"Second"}""", ("If-Match", "\"1\"")).ShouldBeAsync(HttpStatusCode.OK);
        foreach (var (method, path, json) in new[] { (HttpMethod.Patch, address, """{"title":"Third"}"""), (HttpMethod.Post, $"{address}/start", "{}"), (HttpMethod.Delete, address, null) })
        {
            foreach (var tag in new[] { "\"1\"", "W/\"2\"", "\"abc\"" })
            {
                var problem = await Client.SendAsync(method, path, json, ("If-Match", tag))
                    .ShouldBeProblemAsync(HttpStatusCode.PreconditionFailed, "version.mismatch");
                Assert.Equal(2, (int)problem["currentVersion"]!);
            }

            await Client.SendAsync(method, path, json, ("If-Match", "2")).ShouldBeProblemAsync(HttpStatusCode.BadRequest, "request.malformed");
        }

        await Client.PatchJsonAsync(address, """{"title":"Third"}""", ("If-Match", "*")).ShouldBeAsync(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_thousand_racing_patches_with_if_match_lose_no_update()
    {
        const int Writers = 20;
        const int Each = 50;
        var task = await Client.CreateTaskAsync("0");
        var address = $"{TasksUrl}/{task.Id()}";
        var accepted = 0;

        await Parallel.ForEachAsync(Enumerable.Range(0, Writers), new ParallelOptions { MaxDegreeOfParallelism = Writers }, async (_, _) =>
        {
            for (var i = 0; i < Each; i++)
            {
                var current = await Client.GetAsync(address).ShouldBeAsync(HttpStatusCode.OK);
                using var response = await Client.PatchJsonAsync(
                    address,
                    $$"""{"title":"{{int.Parse(current.Text("title"), null) + 1}}"}""",
                    ("If-Match", $"\"{current["version"]}\""));
                if (response.StatusCode == HttpStatusCode.OK)
                    Interlocked.Increment(ref accepted);
                else
                    Assert.Equal(HttpStatusCode.PreconditionFailed, response.StatusCode);
            }
        });

        // Each that was accepted counted one up from what it had read: a lost update would leave the count behind.
        var last = await Client.GetAsync(address).ShouldBeAsync(HttpStatusCode.OK);
        Assert.InRange(accepted, 1, (Writers * Each) - 1);
        Assert.Equal($"{accepted}", last.Text("title"));
        Assert.Equal(accepted + 1, (int)last["version"]!);
    }

    [Fact]
    public async Task Two_hundred_posts_with_one_key_create_one_task_and_get_one_answer()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(async _ =>
        {
            using var response = await Client.PostJsonAsync(TasksUrl, """{"title":"Once"}""", ("Idempotency-Key", "once"));
            return (response.StatusCode, Body: await response.Content.ReadAsStringAsync(), Replayed: response.Headers.Contains("Idempotency-Replayed"));
        }));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.Created, answer.StatusCode));
        Assert.Single(answers.Select(answer => answer.Body).Distinct());
        Assert.Single(answers, answer => !answer.Replayed);
        Assert.Single((await Client.GetAsync($"{TasksUrl}?text=once").ShouldBeAsync(HttpStatusCode.OK)).Items());
        await Client.PostJsonAsync(TasksUrl, """{"title":"Other"}""", ("Idempotency-Key", "once"))
            .ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "idempotency_key.reused");
    }

    [Fact]
    public async Task A_verb_with_a_key_answers_the_same_after_the_task_has_moved_on()
    {
        var task = await Client.CreateTaskAsync();
        var address = $"{TasksUrl}/{task.Id()}";
        var first = await Client.PostJsonAsync($"{address}/start", null, ("Idempotency-Key", "start")).ShouldBeAsync(HttpStatusCode.OK);
        await Client.PostJsonAsync($"{address}/complete").ShouldBeAsync(HttpStatusCode.OK);

        var again = await Client.PostJsonAsync($"{address}/start", null, ("Idempotency-Key", "start")).ShouldBeAsync(HttpStatusCode.OK);

        Assert.True(JsonNode.DeepEquals(first, again));
        await Client.PostJsonAsync($"{address}/start", null, ("Idempotency-Key", "bad key"))
            .ShouldBeProblemAsync(HttpStatusCode.BadRequest, "request.malformed");
    }

    [Fact]
    public async Task Pages_show_each_task_once_in_every_sort_while_others_are_written()
    {
        const int Count = 600;
        string[] priorities = ["none", "low", "medium", "high", "urgent"];
        var created = new ConcurrentBag<string>();
        await Parallel.ForEachAsync(Enumerable.Range(0, Count), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, _) =>
        {
            var due = i % 3 == 0 ? "null" : $$"""{"date":"2026-12-{{1 + (i % 28):D2}}"}""";
            var task = await Client.PostJsonAsync(TasksUrl, $$"""{"title":"T{{i}}","priority":"{{priorities[i % 5]}}","due":{{due}}}""")
                .ShouldBeAsync(HttpStatusCode.Created);
            created.Add(task.Id());
        });

        using var stop = new CancellationTokenSource();
        var writing = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
                await Client.CreateTaskAsync("Other");
        });
        foreach (var sort in new[] { "created", "-created", "updated", "-updated", "due", "-due", "priority", "-priority" })
        {
            var seen = await ReadAllAsync(sort);
            Assert.Equal(created.Order(), seen.Where(task => task.Text("title") != "Other").Select(task => task.Id()).Order());
            Assert.Equal(seen.Count, seen.Select(task => task.Id()).Distinct().Count());
        }

        await stop.CancelAsync();
        await writing;

        async Task<List<JsonNode>> ReadAllAsync(string sort)
        {
            // Whoever writes faster than this reads would keep it reading: what is ordered last has been written by then.
            const int MostPages = 200;
            var seen = new List<JsonNode>();
            var next = $"{TasksUrl}?sort={sort}&limit=37";
            for (var page = 0; next is not null && page < MostPages; page++)
            {
                using var response = await Client.GetAsync(next);
                seen.AddRange((await response.JsonAsync()).Items());
                next = NextOf(response);
            }

            return seen;
        }
    }

    private static string? NextOf(HttpResponseMessage response)
    {
        if (!response.Headers.TryGetValues("Link", out var links))
            return null;
        var link = Assert.Single(links);
        Assert.EndsWith(">; rel=\"next\"", link, StringComparison.Ordinal);
        return link[1..link.IndexOf('>', StringComparison.Ordinal)];
    }
}

public sealed class TaskTestsOnSqlite() : TaskTests(DatabaseKind.Sqlite);

public sealed class TaskTestsOnPostgreSql() : TaskTests(DatabaseKind.PostgreSql);

public sealed class TaskTestsOnSqlServer() : TaskTests(DatabaseKind.SqlServer);
