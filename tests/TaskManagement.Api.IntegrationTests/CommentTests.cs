using System.Net;
using System.Text.Json.Nodes;
using TaskManagement.Api.IntegrationTests.Support;
using TaskManagement.Infrastructure.Persistence;
using static TaskManagement.Api.IntegrationTests.Support.Http;

namespace TaskManagement.Api.IntegrationTests;

/// <summary>People comment on tasks, and watch them.</summary>
public abstract class CommentTests(DatabaseKind database) : PeopleTest(database)
{
    [Fact]
    public async Task A_comment_is_listed_with_who_and_when_and_is_in_the_history_with_whom_it_mentions()
    {
        var task = await CreateTaskAsync();

        var comment = await Bob.PostJsonAsync(Comments(task), Text($"@{AnnId} *Which* plants?")).ShouldBeAsync(HttpStatusCode.Created);

        Assert.Equal((task, $"@{AnnId} *Which* plants?", $"user:{BobId}"), (comment.Text("taskId"), comment.Text("text"), comment.Text("createdBy")));
        var listed = await Ann.GetAsync(Comments(task)).ShouldBeAsync(HttpStatusCode.OK);
        Assert.Equal(comment.ToJsonString(), Assert.Single(listed.Items()).ToJsonString());
        var commented = (await Ann.GetAsync($"{TasksUrl}/{task}/history").ShouldBeAsync(HttpStatusCode.OK)).Items().Last();
        Assert.Equal("taskmanagement.task.commented.v1", commented.Text("type"));
        Assert.Equal((comment.Id(), $"{AnnId}"), (commented["data"]!.Text("commentId"), (string)commented["data"]!["mentions"]!.AsArray().Single()!));
        Assert.Equal(comment.Text("createdAt"), commented.Text("time"));
        Assert.Equal(3, (int)(await Ann.GetAsync($"{TasksUrl}/{task}").ShouldBeAsync(HttpStatusCode.OK))["version"]!);
        await Host.Client.ShouldBeConsistentAsync();
    }

    [Fact]
    public async Task Comments_are_paged_the_oldest_first()
    {
        var (task, other) = (await CreateTaskAsync(), await CreateTaskAsync());
        await Ann.PostJsonAsync(Comments(other), Text("Elsewhere")).ShouldBeAsync(HttpStatusCode.Created);
        List<string> written = [], read = [];
        for (var i = 0; i < 5; i++)
            written.Add((await Ann.PostJsonAsync(Comments(task), Text($"Comment {i}")).ShouldBeAsync(HttpStatusCode.Created)).Id());

        for (var address = $"{Comments(task)}?limit=2"; address is not null;)
        {
            var page = await Bob.GetAsync(address).ShouldBeAsync(HttpStatusCode.OK);
            read.AddRange(page.Items().Select(item => item.Id()));
            address = (string?)page["nextCursor"] is { } cursor ? $"{Comments(task)}?limit=2&cursor={cursor}" : null;
        }

        // Two of one millisecond are in the order of their ids.
        Assert.Equal(written.Order(), read.Order());
        await Ann.GetAsync($"{Comments(task)}?cursor=x").ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "request.invalid");
        await Ann.GetAsync($"{Comments(task)}?limit=0").ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "request.invalid");
    }

    [Fact]
    public async Task A_comment_that_is_sent_again_is_there_once_and_an_id_is_taken_once()
    {
        var task = await CreateTaskAsync();
        var id = Guid.CreateVersion7();

        var first = await Ann.PostJsonAsync(Comments(task), Text("Once", id), ("Idempotency-Key", "k")).ShouldBeAsync(HttpStatusCode.Created);
        var again = await Ann.PostJsonAsync(Comments(task), Text("Once", id), ("Idempotency-Key", "k")).ShouldBeAsync(HttpStatusCode.Created);

        Assert.Equal((id.ToString(), first.ToJsonString()), (first.Id(), again.ToJsonString()));
        await Ann.PostJsonAsync(Comments(task), Text("Another", id)).ShouldBeProblemAsync(HttpStatusCode.Conflict, "comment.already_exists");
        Assert.Single((await Ann.GetAsync(Comments(task)).ShouldBeAsync(HttpStatusCode.OK)).Items());
        Assert.Equal(3, (int)(await Ann.GetAsync($"{TasksUrl}/{task}").ShouldBeAsync(HttpStatusCode.OK))["version"]!);
    }

    [Theory]
    [InlineData("{}", HttpStatusCode.UnprocessableEntity, "text.required", "/text")]
    [InlineData("""{"text":" \n "}""", HttpStatusCode.UnprocessableEntity, "text.required", "/text")]
    [InlineData("""{"text":"LONG"}""", HttpStatusCode.UnprocessableEntity, "text.too_long", "/text")]
    [InlineData("""{"text":"MANY"}""", HttpStatusCode.UnprocessableEntity, "mentions.too_many", "/text")]
    [InlineData("""{"text":"a","id":"00000000-0000-0000-0000-000000000000"}""", HttpStatusCode.UnprocessableEntity, "id.malformed", "/id")]
    [InlineData("""{"text":"a","createdBy":"user:ann"}""", HttpStatusCode.BadRequest, "member.read_only", "/createdBy")]
    [InlineData("""{"text":"a","mentions":[]}""", HttpStatusCode.BadRequest, "member.unknown", "/mentions")]
    [InlineData("""{"text":1}""", HttpStatusCode.BadRequest, "json.wrong_type", "/text")]
    public async Task What_is_wrong_with_a_comment_is_named(string body, HttpStatusCode status, string code, string pointer)
    {
        var task = await CreateTaskAsync();
        var json = body.Replace("LONG", new string('x', 10_001), StringComparison.Ordinal)
            .Replace("MANY", string.Join(' ', Enumerable.Range(0, 51).Select(_ => $"@{Guid.CreateVersion7()}")), StringComparison.Ordinal);

        using var answer = await Ann.PostJsonAsync(Comments(task), json);

        Assert.Equal(status, answer.StatusCode);
        var error = Assert.Single((await answer.JsonAsync())["errors"]!.AsArray())!;
        Assert.Equal((code, pointer), (error.Text("code"), error.Text("pointer")));
        Assert.Empty((await Ann.GetAsync(Comments(task)).ShouldBeAsync(HttpStatusCode.OK)).Items());
    }

    [Fact]
    public async Task A_deleted_task_takes_no_comments_and_shows_none_until_it_is_restored()
    {
        var task = await CreateTaskAsync();
        await Ann.PostJsonAsync(Comments(task), Text("Early")).ShouldBeAsync(HttpStatusCode.Created);
        await Ann.SendAsync(HttpMethod.Delete, $"{TasksUrl}/{task}").ShouldBeAsync(HttpStatusCode.NoContent);

        await Ann.PostJsonAsync(Comments(task), Text("Late")).ShouldBeProblemAsync(HttpStatusCode.Conflict, "task.deleted");
        foreach (var part in (string[])["comments", "watchers"])
            await Ann.GetAsync($"{TasksUrl}/{task}/{part}").ShouldBeProblemAsync(HttpStatusCode.NotFound, "task.not_found");
        foreach (var method in (HttpMethod[])[HttpMethod.Put, HttpMethod.Delete])
            await Ann.SendAsync(method, $"{TasksUrl}/{task}/watch").ShouldBeProblemAsync(HttpStatusCode.NotFound, "task.not_found");

        await Ann.PostJsonAsync($"{TasksUrl}/{task}/restore").ShouldBeAsync(HttpStatusCode.OK);
        Assert.Single((await Ann.GetAsync(Comments(task)).ShouldBeAsync(HttpStatusCode.OK)).Items());
        await Ann.PostJsonAsync(Comments(Guid.CreateVersion7().ToString()), Text("Nowhere")).ShouldBeProblemAsync(HttpStatusCode.NotFound, "task.not_found");
    }

    [Fact]
    public async Task Who_watches_a_task_is_listed_once_and_the_task_stays_as_it_is()
    {
        var task = await CreateTaskAsync();
        foreach (var client in (HttpClient[])[Bob, Cleo, Bob])
            await client.SendAsync(HttpMethod.Put, $"{TasksUrl}/{task}/watch").ShouldBeAsync(HttpStatusCode.NoContent);

        Assert.Equal([$"{BobId}", $"{CleoId}"], (await WatchersAsync(task)).Order());
        var first = await Ann.GetAsync($"{TasksUrl}/{task}/watchers?limit=1").ShouldBeAsync(HttpStatusCode.OK);
        var second = await Ann.GetAsync($"{TasksUrl}/{task}/watchers?limit=1&cursor={first.Text("nextCursor")}").ShouldBeAsync(HttpStatusCode.OK);
        Assert.Equal([$"{BobId}", $"{CleoId}"], first.Items().Concat(second.Items()).Select(item => item.Text("personId")).Order());

        for (var i = 0; i < 2; i++)
            await Bob.SendAsync(HttpMethod.Delete, $"{TasksUrl}/{task}/watch").ShouldBeAsync(HttpStatusCode.NoContent);
        Assert.Equal([$"{CleoId}"], await WatchersAsync(task));

        // A change that names the version from before is not refused for those who look on.
        await Ann.PatchJsonAsync($"{TasksUrl}/{task}", """{"priority":"high"}""", ("If-Match", "\"2\"")).ShouldBeAsync(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Only_people_watch()
    {
        var task = await CreateTaskAsync();

        foreach (var method in (HttpMethod[])[HttpMethod.Put, HttpMethod.Delete])
            await Host.Client.SendAsync(method, $"{TasksUrl}/{task}/watch").ShouldBeProblemAsync(HttpStatusCode.Forbidden, "auth.not_a_person");
        Assert.Empty(await WatchersAsync(task));
        await Host.Client.PostJsonAsync(Comments(task), Text("A token may say something")).ShouldBeAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Those_who_begin_to_watch_at_once_all_do()
    {
        var task = await CreateTaskAsync();

        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => (i % 2 == 0 ? Bob : Cleo).SendAsync(HttpMethod.Put, $"{TasksUrl}/{task}/watch").ShouldBeAsync(HttpStatusCode.NoContent)));

        Assert.Equal([$"{BobId}", $"{CleoId}"], (await WatchersAsync(task)).Order());
    }

    private static string Comments(string task) => $"{TasksUrl}/{task}/comments";

    private static string Text(string text, Guid? id = null)
    {
        var body = new JsonObject { ["text"] = text };
        if (id is not null)
            body["id"] = id;
        return body.ToJsonString();
    }

    private async Task<IReadOnlyList<string>> WatchersAsync(string task) =>
        [.. (await Ann.GetAsync($"{TasksUrl}/{task}/watchers").ShouldBeAsync(HttpStatusCode.OK)).Items().Select(item => item.Text("personId"))];
}

public sealed class CommentTestsOnSqlite() : CommentTests(DatabaseKind.Sqlite);

public sealed class CommentTestsOnPostgreSql() : CommentTests(DatabaseKind.PostgreSql);

public sealed class CommentTestsOnSqlServer() : CommentTests(DatabaseKind.SqlServer);
