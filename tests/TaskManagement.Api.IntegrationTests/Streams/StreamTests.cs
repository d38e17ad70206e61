using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using TaskManagement.Api.IntegrationTests.Support;
using TaskManagement.Infrastructure.Persistence;
using TaskManagement.TestSupport;
using static TaskManagement.Api.IntegrationTests.Streams.EventStreamClient;
using static TaskManagement.Api.IntegrationTests.Support.Http;

namespace TaskManagement.Api.IntegrationTests.Streams;

/// <summary>What a client of the stream gets, and where it begins.</summary>
public abstract class StreamTests(DatabaseKind database) : HttpTest(database)
{
    [Fact]
    public async Task Events_come_as_they_are_committed_and_are_byte_for_byte_those_of_the_feed()
    {
        await Client.CreateTaskAsync("Before");
        await Eventually.IsTrueAsync("it has a position", async () => (await Client.FeedAsync()).Count == 1);
        await using var stream = await OpenAsync(Client);
        await Client.ChangeTaskAsync();
        await using var fromTheBeginning = await OpenAsync(Client, "?after=0");

        await Eventually.IsTrueAsync("all events have positions", async () => (await Client.FeedAsync()).Count == 9);
        var feed = await Client.FeedAsync();
        var before = int.Parse(feed[0].Position, null);
        Assert.Equal(feed.Skip(1), (await stream.TakeAsync(8)).Select(Seen));
        Assert.Equal(feed, (await fromTheBeginning.TakeAsync(9)).Select(Seen));
        Assert.Equal(1, before);
    }

    [Fact]
    public async Task The_answer_says_at_once_what_it_is_and_where_it_begins()
    {
        await Client.CreateTaskAsync();
        await Eventually.IsTrueAsync("it has a position", async () => (await Client.FeedAsync()).Count == 1);

        await using var stream = await OpenAsync(Client);
        using var lines = new StreamReader(stream.Body);

        Assert.Equal("text/event-stream", stream.Response.Content.Headers.ContentType!.ToString());
        Assert.True(stream.Response.Headers.CacheControl!.NoStore);
        Assert.Equal("no", Assert.Single(stream.Response.Headers.GetValues("X-Accel-Buffering")));
        Assert.Equal("nosniff", Assert.Single(stream.Response.Headers.GetValues("X-Content-Type-Options")));
        Assert.StartsWith(":", await lines.ReadLineAsync(), StringComparison.Ordinal);
        Assert.Matches("^retry: [12][0-9]{3}$", await lines.ReadLineAsync());
        Assert.Equal("id: 1", await lines.ReadLineAsync());
        Assert.Equal("", await lines.ReadLineAsync());
    }

    [Fact]
    public async Task A_client_goes_on_where_it_was_by_the_header_or_by_after_and_the_header_goes_first()
    {
        await Client.ChangeTaskAsync();
        await Eventually.IsTrueAsync("all events have positions", async () => (await Client.FeedAsync()).Count == 8);
        var feed = await Client.FeedAsync();

        await SeesAsync("", feed[2].Position, feed.Skip(3));
        await SeesAsync($"?after={feed[4].Position}", null, feed.Skip(5));
        await SeesAsync($"?after={feed[4].Position}", feed[2].Position, feed.Skip(3));
        await SeesAsync($"?after={feed[4].Position}", "", feed.Skip(5));

        async Task SeesAsync(string query, string? lastEventId, IEnumerable<(string, string)> expected)
        {
            await using var stream = await OpenAsync(Client, query, lastEventId);
            Assert.Equal(expected, (await stream.TakeAsync(expected.Count())).Select(Seen));
        }
    }

    [Theory]
    [InlineData("type=task.completed")]
    [InlineData("type=task.created,task.completed")]
    [InlineData("type=task.created&type=taskmanagement.task.completed.v1")]
    [InlineData("type=project.*&type=task.created")]
    [InlineData("type=task.completed&subject=the-task")]
    [InlineData("subject=the-task")]
    public async Task Filters_choose_what_they_choose_in_the_feed(string filter)
    {
        await Client.CreateProjectAsync();
        await Client.ChangeTaskAsync("Other");
        var task = await Client.ChangeTaskAsync();
        filter = filter.Replace("the-task", task, StringComparison.Ordinal);
        await Eventually.IsTrueAsync("all events have positions", async () => (await Client.FeedAsync()).Count == 17);

        var feed = await Client.FeedAsync("&" + filter);
        await using var stream = await OpenAsync(Client, "?after=0&" + filter);

        Assert.NotEmpty(feed);
        Assert.Equal(feed, (await stream.TakeAsync(feed.Count)).Select(Seen));
    }

    [Fact]
    public async Task Whoever_is_far_behind_catches_up_and_goes_on()
    {
        await Client.CreateTaskAsync();
        await using (var scope = Host.Services.CreateAsyncScope())
        {
            // Copies of one event, as many as it takes to be far behind.
            var db = scope.ServiceProvider.GetRequiredService<TaskManagementDbContext>().Database;
            var copies = $"""
                INSERT INTO event_log (event_id, stream_type, stream_id, stream_version, type, type_version, payload, actor, correlation_id, causation_id, causation_depth, occurred_at)
                WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
                SELECT {(db.IsSqlite() ? "printf('00000000-0000-7000-8000-%012d', i)" : "('00000000-0000-7000-8000-' || lpad(i::text, 12, '0'))::uuid")},
                    stream_type, stream_id, i, CASE WHEN i % 100 = 0 THEN 'task.deleted' ELSE type END, 1, payload, actor, correlation_id, causation_id, 0, occurred_at
                FROM event_log CROSS JOIN n
                """;
            await db.ExecuteSqlRawAsync(copies);
        }

        await Client.CreateProjectAsync();
        await Eventually.IsTrueAsync("all events have positions", async () => (await Client.FeedAsync("&type=project.created")).Count == 1);
        var feed = await Client.FeedAsync();
        await using var all = await OpenAsync(Client, "?after=0");
        await using var few = await OpenAsync(Client, "?after=0&type=task.deleted,project.created");

        Assert.Equal(5001, feed.Count);
        Assert.Equal(feed, (await all.TakeAsync(feed.Count)).Select(Seen));
        Assert.Equal(await Client.FeedAsync("&type=task.deleted,project.created"), (await few.TakeAsync(51)).Select(Seen));
        await Client.CreateTaskAsync();
        Assert.Contains("task.created", (await all.NextAsync()).Data, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("after=nonsense", "after", "after.malformed")]
    [InlineData("after=-1", "after", "after.malformed")]
    [InlineData("after=1000000", "after", "after.beyond_end")]
    [InlineData("type=task.complted", "type", "type.unknown")]
    [InlineData("type=Task", "type", "type.malformed")]
    public async Task What_the_feed_refuses_is_refused_alike_before_a_stream_begins(string query, string parameter, string code)
    {
        var ofStream = await Client.GetAsync($"{Url}?{query}").ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "request.invalid");
        var ofFeed = await Client.GetAsync($"/api/v1/events?{query}").ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "request.invalid");

        Assert.Equal((parameter, code), (ofStream["errors"]![0]!.Text("parameter"), ofStream["errors"]![0]!.Text("code")));
        Assert.True(JsonNode.DeepEquals(ofFeed["errors"], ofStream["errors"]));
    }

    [Fact]
    public async Task Malformed_requests_and_those_of_strangers_are_refused()
    {
        foreach (var id in new[] { "nonsense", "1000000", "1, 2" })
            await Client.SendAsync(HttpMethod.Get, Url, null, ("Last-Event-ID", id)).ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "request.invalid");
        await Client.GetAsync($"{Url}?limit=3").ShouldBeProblemAsync(HttpStatusCode.BadRequest, "request.malformed");
        await Client.GetAsync($"{Url}?after=1&after=2").ShouldBeProblemAsync(HttpStatusCode.BadRequest, "request.malformed");
        await Client.GetAsync($"{Url}?subject=me").ShouldBeProblemAsync(HttpStatusCode.BadRequest, "request.malformed");
        await Client.PostJsonAsync(Url).ShouldBeProblemAsync(HttpStatusCode.MethodNotAllowed, "route.method_not_allowed");
        using var stranger = Host.CreateClient("tm_unknown-token-0123456789");
        await stranger.GetAsync(Url).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "auth.required");
    }

    [Fact]
    public async Task Every_event_of_feed_and_stream_is_a_valid_cloud_event_to_an_implementation_that_is_not_ours()
    {
        await using var parser = await NodeScript.StartOrSkipAsync("parse.mjs");
        await Client.CreateProjectAsync();
        await Client.ChangeTaskAsync();
        await Client.PostJsonAsync(TasksUrl, """{"title":"Traced"}""", ("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")).ShouldBeAsync(HttpStatusCode.Created);
        await Client.PostJsonAsync($"{TasksUrl}/{Guid.CreateVersion7()}/start").ShouldBeAsync(HttpStatusCode.NotFound);
        await using var stream = await OpenAsync(Client, "?after=0");
        var streamed = await stream.TakeAsync(11);

        foreach (var json in (await Client.FeedAsync()).Select(logged => logged.Json).Concat(streamed.Select(item => item.Data)))
        {
            var parsed = await ParsedAsync("application/cloudevents+json", json);
            Assert.True(JsonNode.DeepEquals(JsonNode.Parse(json), parsed["event"]), parsed.ToJsonString());
        }

        var broken = JsonNode.Parse(streamed[0].Data)!;
        broken.AsObject().Remove("source");
        Assert.NotNull((await ParsedAsync("application/cloudevents+json", broken.ToJsonString()))["error"]);

        async Task<JsonNode> ParsedAsync(string mediaType, string body)
        {
            await parser.WriteLineAsync(JsonSerializer.Serialize(new { headers = new Dictionary<string, string> { ["content-type"] = mediaType }, body }));
            return JsonNode.Parse(await parser.ReadLineAsync())!;
        }
    }

    private static (string Position, string Json) Seen(SseItem<string> item)
    {
        // What a browser gives to onmessage.
        Assert.Equal("message", item.EventType);
        return (item.EventId!, item.Data);
    }
}

public sealed class StreamTestsOnSqlite() : StreamTests(DatabaseKind.Sqlite);

public sealed class StreamTestsOnPostgreSql() : StreamTests(DatabaseKind.PostgreSql);
