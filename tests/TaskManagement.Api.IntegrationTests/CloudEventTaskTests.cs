using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using TaskManagement.Api.IntegrationTests.Support;
using TaskManagement.Infrastructure.Persistence;
using static TaskManagement.Api.IntegrationTests.Support.CloudEvents;
using static TaskManagement.Api.IntegrationTests.Support.Http;

namespace TaskManagement.Api.IntegrationTests;

/// <summary>Another system, a CI system say, opens tasks and completes them.</summary>
public abstract class CloudEventTaskTests(DatabaseKind database) : HttpTest(database)
{
    private const string OpenType = "taskmanagement.task.open";
    private const string CompleteType = "taskmanagement.task.complete";

    private int _sent;

    [Fact]
    public async Task A_build_that_fails_opens_one_task_and_completes_it_when_it_is_mended_again_and_again()
    {
        var project = await Client.CreateProjectAsync();
        await OpenAsync(new JsonObject
        {
            ["title"] = "The build of main fails",
            ["description"] = "See *the log*.",
            ["priority"] = "high",
            ["labels"] = new JsonArray("ci"),
            ["due"] = new JsonObject { ["date"] = "2026-12-01" },
            ["assigneeId"] = "0198f5e2-0000-7000-8000-00000000000a",
            ["projectId"] = project.Id(),
        });
        var opened = await TaskAsync();
        Assert.Equal(
            ("OPS-1", "The build of main fails", "See *the log*.", "high", "pending", "2026-12-01"),
            (opened.Text("key"), opened.Text("title"), opened.Text("description"), opened.Text("priority"), opened.Text("status"), opened["due"]!.Text("date")));

        await OpenAsync(Titled("It still fails"));
        Assert.True(JsonNode.DeepEquals(opened, await TaskAsync()));

        await CompleteAsync();
        Assert.Equal("completed", (await TaskAsync()).Text("status"));
        await CompleteAsync();

        await OpenAsync(new JsonObject { ["title"] = "It fails once more", ["priority"] = null });
        var reopened = await TaskAsync();
        Assert.Equal(
            ("pending", "It fails once more", "See *the log*.", "none", opened.Id()),
            (reopened.Text("status"), reopened.Text("title"), reopened.Text("description"), reopened.Text("priority"), reopened.Id()));

        await Client.ReceivedAsync(5);
        await Client.ShouldBeConsistentAsync();
    }

    [Theory]
    [InlineData("cancel")]
    [InlineData("delete")]
    [InlineData("complete")]
    public async Task A_task_that_was_put_away_is_taken_up_again(string how)
    {
        await OpenAsync(Titled("First"));
        var task = $"{TasksUrl}/{(await TaskAsync()).Id()}";
        if (how == "complete")
            await Client.PostJsonAsync(task + "/start").ShouldBeAsync(HttpStatusCode.OK);
        await (how == "delete" ? Client.DeleteAsync(task).ShouldBeAsync(HttpStatusCode.NoContent) : Client.PostJsonAsync($"{task}/{how}").ShouldBeAsync(HttpStatusCode.OK));

        await OpenAsync(Titled("Second"));

        var taken = await TaskAsync();
        Assert.Equal(("pending", "Second", null), (taken.Text("status"), taken.Text("title"), (string?)taken["deletedAt"]));
    }

    [Fact]
    public async Task Work_that_someone_began_is_completed_too()
    {
        await OpenAsync(Titled("First"));
        await Client.PostJsonAsync($"{TasksUrl}/{(await TaskAsync()).Id()}/start").ShouldBeAsync(HttpStatusCode.OK);

        await CompleteAsync();

        Assert.Equal("completed", (await TaskAsync()).Text("status"));
    }

    [Fact]
    public async Task What_is_completed_and_was_never_opened_or_was_deleted_has_no_effect_and_is_on_record()
    {
        await CompleteAsync();
        Assert.Empty(await TasksAsync());

        await OpenAsync(Titled("Task"));
        await Client.DeleteAsync($"{TasksUrl}/{(await TaskAsync()).Id()}").ShouldBeAsync(HttpStatusCode.NoContent);
        await CompleteAsync();

        Assert.Equal("pending", (await TaskAsync()).Text("status"));
        await Client.ReceivedAsync(3);
    }

    [Fact]
    public async Task Each_subject_of_each_source_has_a_task_of_its_own()
    {
        var elsewhere = Event("1", OpenType, data: Titled("Elsewhere"));
        elsewhere["source"] = "/elsewhere";
        await Client.PostBatchAsync(
            Event("1", OpenType, "main", Titled("Main")), Event("2", OpenType, "release", Titled("Release")), elsewhere, Event("3", CompleteType, "main")).ShouldBeAsync(HttpStatusCode.OK);

        Assert.Equal(
            [("Elsewhere", "pending"), ("Main", "completed"), ("Release", "pending")],
            (await TasksAsync()).Select(task => (task.Text("title"), task.Text("status"))).Order());
    }

    [Fact]
    public async Task The_event_is_the_cause_of_what_becomes_of_the_task()
    {
        await Client.PostBatchAsync(Event("1", OpenType, data: Titled("Task")), Event("2", CompleteType)).ShouldBeAsync(HttpStatusCode.OK);

        var received = await Client.ReceivedAsync(2);
        var history = (await Client.GetAsync($"{TasksUrl}/{(await TaskAsync()).Id()}/history").ShouldBeAsync(HttpStatusCode.OK)).Items().ToList();

        Assert.Equal(
            [("created", received[0].Id()), ("status_changed", received[1].Id()), ("status_changed", received[1].Id()), ("completed", received[1].Id())],
            history.Select(happened => (happened.Text("type").Split('.')[2], happened.Text("causationid"))));
        Assert.Equal(received[0].Text("actor"), history[0].Text("actor"));
    }

    [Fact]
    public async Task Many_failures_at_once_open_one_task()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Client.PostEventAsync(Event($"{i}", OpenType, data: Titled($"Failure {i}"))).ResultsAsync()));

        Assert.All(results, result => Assert.Equal(["received"], result));
        Assert.Equal("pending", (await TaskAsync()).Text("status"));
        await Client.ShouldBeConsistentAsync();
    }

    [Fact]
    public async Task A_key_is_for_the_whole_and_not_for_what_is_done_to_the_task()
    {
        var key = ("Idempotency-Key", "once");
        await Client.PostEventAsync(Event("1", OpenType, data: Titled("Task")), key).ShouldBeAsync(HttpStatusCode.OK);

        Assert.Equal(["received"], await Client.PostEventAsync(Event("1", OpenType, data: Titled("Task")), key).ResultsAsync());

        Assert.Single(await TasksAsync());
    }

    [Theory]
    [InlineData("""{}""", "title.required", "/title")]
    [InlineData("""{"title":" "}""", "title.required", "/title")]
    [InlineData("""{"title":1}""", "json.wrong_type", "/title")]
    [InlineData("""{"title":"a","labels":["b",""]}""", "label.required", "/labels/1")]
    [InlineData("""{"title":"a","priority":"highest"}""", "word.unknown", "/priority")]
    [InlineData("""{"title":"a","due":{"date":"tomorrow"}}""", "due.malformed", "/due")]
    [InlineData("""{"title":"a","projectId":"0198f5e2-0000-7000-8000-00000000000a"}""", "project.not_found", "/projectId")]
    [InlineData("""{"title":"a","b/~":1}""", "member.unknown", "/b~1~0")]
    [InlineData("""[]""", "json.not_an_object", "")]
    [InlineData("null", "json.not_an_object", "")]
    public async Task Data_that_makes_no_task_is_refused_where_it_is_wrong_and_nothing_of_the_batch_is_kept(string data, string code, string pointer)
    {
        var bad = Event("1", OpenType, data: JsonNode.Parse(data));

        var (one, batch, binary) = (
            await Client.PostEventAsync(bad).ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "request.invalid"),
            await Client.PostBatchAsync(Event("2", OpenType, "other", Titled("Other")), bad.DeepClone()).ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "request.invalid"),
            await Client.PostBytesAsync(
                Encoding.UTF8.GetBytes(data), "application/json", ("ce-specversion", "1.0"), ("ce-id", "1"), ("ce-source", Source), ("ce-type", OpenType), ("ce-subject", "main"))
                .ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "request.invalid"));

        Assert.Equal(
            [(code, "/data" + pointer), (code, "/1/data" + pointer), (code, pointer)],
            new[] { one, batch, binary }.Select(problem => Assert.Single(problem["errors"]!.AsArray())!).Select(error => (error.Text("code"), error.Text("pointer"))));
        Assert.Empty(await TasksAsync());
        Assert.Empty(await Client.ReceivedAsync(0));
    }

    [Fact]
    public async Task A_task_is_opened_for_a_subject()
    {
        foreach (var type in new[] { OpenType, CompleteType })
        {
            var problem = await Client.PostEventAsync(Event("1", type, subject: null, Titled("Task"))).ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "request.invalid");
            Assert.Equal(("subject.required", "/subject"), (problem["errors"]![0]!.Text("code"), problem["errors"]![0]!.Text("pointer")));
        }

        var inHeaders = await Client.PostBytesAsync("{}"u8.ToArray(), "application/json", ("ce-specversion", "1.0"), ("ce-id", "1"), ("ce-source", Source), ("ce-type", OpenType))
            .ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "request.invalid");
        Assert.Equal(("subject.required", "ce-subject"), (inHeaders["errors"]![0]!.Text("code"), inHeaders["errors"]![0]!.Text("parameter")));
    }

    [Fact]
    public async Task A_project_that_takes_no_open_tasks_takes_none_from_outside()
    {
        var project = await Client.CreateProjectAsync();
        await Client.PostJsonAsync($"{ProjectsUrl}/{project.Id()}/archive").ShouldBeAsync(HttpStatusCode.OK);

        var problem = await Client.PostBatchAsync(
                Event("1", OpenType, "other", Titled("Other")), Event("2", OpenType, data: new JsonObject { ["title"] = "Task", ["projectId"] = project.Id() }))
            .ShouldBeProblemAsync(HttpStatusCode.Conflict, "project.archived");

        Assert.Equal(("project.archived", "/1"), (problem["errors"]![0]!.Text("code"), problem["errors"]![0]!.Text("pointer")));
        Assert.Empty(await TasksAsync());
    }

    private static JsonObject Titled(string title) => new() { ["title"] = title };

    private Task<JsonNode> OpenAsync(JsonNode data) => Client.PostEventAsync(Event($"{++_sent}", OpenType, data: data)).ShouldBeAsync(HttpStatusCode.OK);

    private Task<JsonNode> CompleteAsync() => Client.PostEventAsync(Event($"{++_sent}", CompleteType)).ShouldBeAsync(HttpStatusCode.OK);

    private async Task<JsonNode> TaskAsync() => Assert.Single(await TasksAsync());

    private async Task<IReadOnlyList<JsonNode>> TasksAsync() =>
        [.. (await Client.GetAsync($"{TasksUrl}?includeDeleted=true").ShouldBeAsync(HttpStatusCode.OK)).Items()];
}

public sealed class CloudEventTaskTestsOnSqlite() : CloudEventTaskTests(DatabaseKind.Sqlite);

public sealed class CloudEventTaskTestsOnPostgreSql() : CloudEventTaskTests(DatabaseKind.PostgreSql);

public sealed class CloudEventTaskTestsOnSqlServer() : CloudEventTaskTests(DatabaseKind.SqlServer);
