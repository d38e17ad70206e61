using System.Net;
using System.Text.Json.Nodes;
using TaskManagement.Api.IntegrationTests.Support;
using TaskManagement.Infrastructure.Persistence;
using static TaskManagement.Api.IntegrationTests.Support.CloudEvents;

namespace TaskManagement.Api.IntegrationTests;

/// <summary>CloudEvents are taken in once each, one by one or in batches, and each is in the stream of its source and subject.</summary>
public abstract class CloudEventReceptionTests(DatabaseKind database) : HttpTest(database)
{
    [Fact]
    public async Task The_same_source_and_id_are_one_event_whatever_else_is_said()
    {
        Assert.Equal(["received"], await Client.PostEventAsync(Event("1", data: 1)).ResultsAsync());

        Assert.Equal(["duplicate"], await Client.PostEventAsync(Event("1", data: 2)).ResultsAsync());
        Assert.Equal(["duplicate"], await Client.PostEventAsync(Event("1", "com.example.other", "other")).ResultsAsync());
        Assert.Equal(["duplicate"], await Client.PostBytesAsync([], null, Headers("1")).ResultsAsync());
        var elsewhere = Event("1");
        elsewhere["source"] = "/elsewhere";
        Assert.Equal(["duplicate", "received", "duplicate", "received"], await Client.PostBatchAsync(Event("1"), Event("2"), Event("2"), elsewhere).ResultsAsync());

        Assert.Equal(["1", "2", "1"], (await Client.ReceivedAsync(3)).Select(received => received["data"]!.Id()));
        await Client.ShouldBeConsistentAsync();
    }

    [Fact]
    public async Task One_event_that_is_sent_many_times_at_once_is_taken_in_once()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Client.PostEventAsync(Event()).ResultsAsync()));

        Assert.Equal(["duplicate", "received"], results.SelectMany(result => result).Distinct().Order(StringComparer.Ordinal));
        Assert.Single(results, result => result[0] == "received");
        await Client.ReceivedAsync(1);
        await Client.ShouldBeConsistentAsync();
    }

    [Fact]
    public async Task Many_events_of_one_subject_that_are_sent_at_once_are_one_stream_without_gaps()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Client.PostEventAsync(Event($"{i}", subject: null)).ResultsAsync()));

        Assert.All(results, result => Assert.Equal(["received"], result));
        var received = await Client.ReceivedAsync(20);
        Assert.Single(received.Select(item => item.Text("subject")).Distinct());
        Assert.Equal(Enumerable.Range(1, 20), received.Select(item => int.Parse(item.Text("sequence"), provider: null)));
        await Client.ShouldBeConsistentAsync();
    }

    [Fact]
    public async Task What_a_source_says_of_one_subject_is_one_stream_and_of_another_is_another()
    {
        var (other, none) = (Event("3", subject: "other"), Event("4", subject: null));
        var elsewhere = Event("5");
        elsewhere["source"] = "/elsewhere";
        await Client.PostBatchAsync(Event("1"), Event("2"), other, none, elsewhere).ShouldBeAsync(HttpStatusCode.OK);

        var received = await Client.ReceivedAsync(5);

        Assert.Equal(4, received.Select(item => item.Text("subject")).Distinct().Count());
        Assert.Equal(["0000000001", "0000000002"], received.Take(2).Select(item => item.Text("sequence")));
        Assert.Equal(received[0].Text("subject"), received[1].Text("subject"));
    }

    [Fact]
    public async Task A_batch_has_up_to_a_hundred_events_and_may_have_none()
    {
        static JsonNode?[] Events(int count) => [.. Enumerable.Range(0, count).Select(i => Event($"{i}"))];

        Assert.Empty(await Client.PostBatchAsync().ResultsAsync());
        var problem = await Client.PostBatchAsync(Events(101)).ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "request.invalid");
        Assert.Equal([("cloudevents.too_many", "")], Errors(problem, "pointer"));
        Assert.Equal(100, (await Client.PostBatchAsync(Events(100)).ResultsAsync()).Count(result => result == "received"));
    }

    [Fact]
    public async Task A_key_gives_the_first_answer_again()
    {
        var key = ("Idempotency-Key", "once");
        Assert.Equal(["received"], await Client.PostEventAsync(Event(), key).ResultsAsync());

        using var again = await Client.PostEventAsync(Event(), key);
        Assert.Equal("received", (await again.JsonAsync()).Items().Single().Text("result"));
        Assert.Equal("true", again.Headers.GetValues("Idempotency-Replayed").Single());
        await Client.PostEventAsync(Event("2"), key).ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "idempotency_key.reused");
    }
}

public sealed class CloudEventReceptionTestsOnSqlite() : CloudEventReceptionTests(DatabaseKind.Sqlite);

public sealed class CloudEventReceptionTestsOnPostgreSql() : CloudEventReceptionTests(DatabaseKind.PostgreSql);

public sealed class CloudEventReceptionTestsOnSqlServer() : CloudEventReceptionTests(DatabaseKind.SqlServer);
