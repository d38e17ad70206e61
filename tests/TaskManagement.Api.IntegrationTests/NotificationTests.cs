using System.Net;
using System.Text.Json.Nodes;
using TaskManagement.Api.IntegrationTests.Support;
using TaskManagement.Infrastructure.Persistence;
using static TaskManagement.Api.IntegrationTests.Support.Http;

namespace TaskManagement.Api.IntegrationTests;

/// <summary>People are notified of what others do with tasks that concern them.</summary>
public abstract class NotificationTests(DatabaseKind database) : PeopleTest(database)
{
    private const string PreferencesUrl = "/api/v1/me/notification-preferences";

    [Fact]
    public async Task Each_is_told_once_of_what_others_do_for_the_first_reason_they_have()
    {
        var task = await CreateTaskAsync(BobId);
        foreach (var client in (HttpClient[])[Ann, Bob, Cleo])
            await client.SendAsync(HttpMethod.Put, $"{TasksUrl}/{task}/watch").ShouldBeAsync(HttpStatusCode.NoContent);
        var comment = await CommentAsync(Cleo, task, $"@{BobId} @{CleoId} Which plants?");
        await ChangeAsync(Bob, task, "start");
        await ChangeAsync(Bob, task, "complete");
        await ChangeAsync(Ann, task, "reopen");
        await Ann.PatchJsonAsync($"{TasksUrl}/{task}", """{"due":{"date":"2026-12-01"}}""").ShouldBeAsync(HttpStatusCode.OK);
        await Bob.PatchJsonAsync($"{TasksUrl}/{task}", $$"""{"assigneeId":"{{CleoId}}"}""").ShouldBeAsync(HttpStatusCode.OK);
        await Ann.PatchJsonAsync($"{TasksUrl}/{task}", """{"assigneeId":null}""").ShouldBeAsync(HttpStatusCode.OK);
        await ChangeAsync(Cleo, task, "cancel");

        await EveryoneIsNotifiedAsync();

        Assert.Equal(["cancelled creator", "assigned creator", "completed creator", "commented creator"], await ToldAsync(Ann));
        Assert.Equal(["cancelled watcher", "rescheduled assignee", "reopened assignee", "mentioned mentioned", "assigned assignee"], await ToldAsync(Bob));
        Assert.Equal(
            ["unassigned previous_assignee", "assigned assignee", "rescheduled watcher", "reopened watcher", "completed watcher"], await ToldAsync(Cleo));
        var mentioned = (await InboxAsync(Bob)).Single(item => item.Text("kind") == "mentioned");
        Assert.Equal((comment, $"user:{CleoId}", task, "Water the plants"), (mentioned.Text("commentId"), mentioned.Text("actor"), mentioned["task"]!.Id(), mentioned["task"]!.Text("title")));
        Assert.Null(mentioned["readAt"]);
    }

    [Fact]
    public async Task What_is_read_is_marked_one_by_one_or_up_to_one_and_the_others_are_counted()
    {
        var task = await CreateTaskAsync(BobId);
        for (var i = 0; i < 4; i++)
            await CommentAsync(Ann, task, $"Comment {i}");
        await EveryoneIsNotifiedAsync();
        var ids = (await InboxAsync(Bob)).Select(item => item.Id()).ToList();
        Assert.Equal(5, await UnreadAsync());

        var read = await Bob.PostJsonAsync($"{InboxUrl}/{ids[1]}/read").ShouldBeAsync(HttpStatusCode.OK);
        var again = await Bob.PostJsonAsync($"{InboxUrl}/{ids[1]}/read").ShouldBeAsync(HttpStatusCode.OK);
        Assert.NotNull(read["readAt"]);
        Assert.Equal(read.ToJsonString(), again.ToJsonString());
        Assert.Equal(4, await UnreadAsync());
        Assert.Equal([ids[1]], (await InboxAsync(Bob, "?unread=false")).Select(item => item.Id()));
        Assert.Equal([ids[0], ids[2], ids[3], ids[4]], (await InboxAsync(Bob, "?unread=true")).Select(item => item.Id()));

        Assert.Null((await Bob.PostJsonAsync($"{InboxUrl}/{ids[1]}/unread").ShouldBeAsync(HttpStatusCode.OK))["readAt"]);
        Assert.Equal(5, await UnreadAsync());

        Assert.Equal(2, (int)(await Bob.PostJsonAsync($"{InboxUrl}/read", $$"""{"upTo":"{{ids[2]}}"}""").ShouldBeAsync(HttpStatusCode.OK))["unread"]!);
        Assert.Equal([ids[0], ids[1]], (await InboxAsync(Bob, "?unread=true")).Select(item => item.Id()));

        async Task<int> UnreadAsync() => (int)(await Bob.GetAsync($"{InboxUrl}?limit=1").ShouldBeAsync(HttpStatusCode.OK))["unread"]!;
    }

    [Fact]
    public async Task Pages_go_from_the_newest_to_the_oldest_and_have_each_once()
    {
        var task = await CreateTaskAsync(BobId);
        List<string> comments = [], paged = [];
        for (var i = 0; i < 4; i++)
            comments.Add(await CommentAsync(Ann, task, $"Comment {i}"));
        await EveryoneIsNotifiedAsync();

        for (var address = $"{InboxUrl}?limit=2"; address is not null;)
        {
            using var answer = await Bob.GetAsync(address);
            var page = await answer.JsonAsync();
            Assert.Equal(5, (int)page["unread"]!);
            paged.AddRange(page.Items().Select(item => (string?)item["commentId"] ?? "assigned"));
            address = answer.Headers.TryGetValues("Link", out var links) ? links.Single().Split('<', '>')[1] : null;
        }

        Assert.Equal(["assigned", .. comments], paged.AsEnumerable().Reverse());
        foreach (var query in (string[])["?cursor=x", "?limit=0", "?limit=201"])
            await Bob.GetAsync(InboxUrl + query).ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "request.invalid");
        foreach (var query in (string[])["?unread=maybe", "?read=true", "?person=" + AnnId])
            await Bob.GetAsync(InboxUrl + query).ShouldBeProblemAsync(HttpStatusCode.BadRequest, "request.malformed");
    }

    [Fact]
    public async Task Nobody_sees_or_marks_what_another_is_told()
    {
        await CreateTaskAsync(BobId);
        await EveryoneIsNotifiedAsync();
        var ofBob = Assert.Single(await InboxAsync(Bob)).Id();

        foreach (var id in (string[])[ofBob, Guid.CreateVersion7().ToString()])
        {
            await Cleo.PostJsonAsync($"{InboxUrl}/{id}/read").ShouldBeProblemAsync(HttpStatusCode.NotFound, "notification.not_found");
            await Cleo.PostJsonAsync($"{InboxUrl}/{id}/unread").ShouldBeProblemAsync(HttpStatusCode.NotFound, "notification.not_found");
            await Cleo.PostJsonAsync($"{InboxUrl}/read", $$"""{"upTo":"{{id}}"}""").ShouldBeProblemAsync(HttpStatusCode.NotFound, "notification.not_found");
        }

        Assert.Empty(await InboxAsync(Cleo));
        Assert.Null(Assert.Single(await InboxAsync(Bob))["readAt"]);
        await Cleo.PostJsonAsync($"{InboxUrl}/nonsense/read").ShouldBeProblemAsync(HttpStatusCode.BadRequest, "request.malformed");
        await Cleo.PostJsonAsync($"{InboxUrl}/read", "{}").ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "request.invalid");
    }

    [Fact]
    public async Task Tokens_that_are_no_persons_have_no_notifications()
    {
        await Host.Client.GetAsync(InboxUrl).ShouldBeProblemAsync(HttpStatusCode.Forbidden, "auth.not_a_person");
        await Host.Client.PostJsonAsync($"{InboxUrl}/{Guid.CreateVersion7()}/read").ShouldBeProblemAsync(HttpStatusCode.Forbidden, "auth.not_a_person");
        await Host.Client.GetAsync(PreferencesUrl).ShouldBeProblemAsync(HttpStatusCode.Forbidden, "auth.not_a_person");
        await Host.Client.PatchJsonAsync(PreferencesUrl, "{}").ShouldBeProblemAsync(HttpStatusCode.Forbidden, "auth.not_a_person");
    }

    [Fact]
    public async Task A_notification_shows_its_task_as_it_is_now_and_not_once_it_is_deleted()
    {
        var (task, other) = (await CreateTaskAsync(BobId), await CreateTaskAsync(BobId, "Another"));
        await EveryoneIsNotifiedAsync();
        var id = (await InboxAsync(Bob))[1].Id();

        await Ann.PatchJsonAsync($"{TasksUrl}/{task}", """{"title":"Renamed"}""").ShouldBeAsync(HttpStatusCode.OK);
        Assert.Equal(["Another", "Renamed"], (await InboxAsync(Bob)).Select(item => item["task"]!.Text("title")));

        await Ann.SendAsync(HttpMethod.Delete, $"{TasksUrl}/{task}").ShouldBeAsync(HttpStatusCode.NoContent);
        var page = await Bob.GetAsync(InboxUrl).ShouldBeAsync(HttpStatusCode.OK);
        Assert.Equal((other, 1), (Assert.Single(page.Items())["task"]!.Id(), (int)page["unread"]!));
        await Bob.PostJsonAsync($"{InboxUrl}/{id}/read").ShouldBeProblemAsync(HttpStatusCode.NotFound, "notification.not_found");

        await Ann.PostJsonAsync($"{TasksUrl}/{task}/restore").ShouldBeAsync(HttpStatusCode.OK);
        Assert.Equal(2, (await InboxAsync(Bob)).Count);
    }

    [Fact]
    public async Task Everyone_says_for_themselves_what_they_want_to_be_told_and_how()
    {
        string[] kinds = ["assigned", "unassigned", "mentioned", "commented", "completed", "reopened", "cancelled", "rescheduled"];
        var all = await Bob.GetAsync(PreferencesUrl).ShouldBeAsync(HttpStatusCode.OK);
        Assert.Equal(kinds, all.AsObject().Select(member => member.Key));
        Assert.All(all.AsObject(), member => Assert.Equal("""{"mail":true,"inbox":true}""", member.Value!.ToJsonString()));

        await Bob.PatchJsonAsync(PreferencesUrl, """{"mentioned":{"mail":false},"commented":{"inbox":false}}""").ShouldBeAsync(HttpStatusCode.OK);
        var changed = await Bob.PatchJsonAsync(PreferencesUrl, """{"mentioned":{"inbox":false,"mail":null}}""").ShouldBeAsync(HttpStatusCode.OK);
        Assert.Equal("""{"mail":true,"inbox":false}""", changed["mentioned"]!.ToJsonString());
        Assert.Equal("""{"mail":true,"inbox":false}""", changed["commented"]!.ToJsonString());
        Assert.Equal(changed.ToJsonString(), (await Bob.GetAsync(PreferencesUrl).ShouldBeAsync(HttpStatusCode.OK)).ToJsonString());
        Assert.Equal(all.ToJsonString(), (await Cleo.GetAsync(PreferencesUrl).ShouldBeAsync(HttpStatusCode.OK)).ToJsonString());

        var task = await CreateTaskAsync(BobId);
        await CommentAsync(Ann, task, $"@{BobId} @{CleoId} Which plants?");
        await CommentAsync(Ann, task, "Well?");
        await EveryoneIsNotifiedAsync();
        Assert.Equal(["assigned assignee"], await ToldAsync(Bob));
        Assert.Equal(["mentioned mentioned"], await ToldAsync(Cleo));

        var back = await Bob.PatchJsonAsync(PreferencesUrl, """{"mentioned":null,"commented":{"inbox":true}}""").ShouldBeAsync(HttpStatusCode.OK);
        Assert.Equal(all.ToJsonString(), back.ToJsonString());
        await CommentAsync(Ann, task, "Hello?");
        await EveryoneIsNotifiedAsync();
        Assert.Equal(["commented assignee", "assigned assignee"], await ToldAsync(Bob));
    }

    [Theory]
    [InlineData("""{"mentionned":{"mail":false}}""", "member.unknown", "/mentionned")]
    [InlineData("""{"mentioned":{"sms":false}}""", "json.wrong_type", "/mentioned")]
    [InlineData("""{"mentioned":{"mail":"no"}}""", "json.wrong_type", "/mentioned")]
    [InlineData("""{"mentioned":false}""", "json.wrong_type", "/mentioned")]
    public async Task What_is_no_preference_is_refused_by_name(string patch, string code, string pointer)
    {
        using var answer = await Bob.PatchJsonAsync(PreferencesUrl, patch);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var error = Assert.Single((await answer.JsonAsync())["errors"]!.AsArray())!;
        Assert.Equal((code, pointer), (error.Text("code"), error.Text("pointer")));
    }

    private static async Task<string> CommentAsync(HttpClient client, string task, string text) =>
        (await client.PostJsonAsync($"{TasksUrl}/{task}/comments", new JsonObject { ["text"] = text }.ToJsonString()).ShouldBeAsync(HttpStatusCode.Created)).Id();

    private static Task<JsonNode> ChangeAsync(HttpClient client, string task, string verb) =>
        client.PostJsonAsync($"{TasksUrl}/{task}/{verb}").ShouldBeAsync(HttpStatusCode.OK);

    private static async Task<IEnumerable<string>> ToldAsync(HttpClient client) =>
        (await InboxAsync(client)).Select(item => $"{item.Text("kind")} {item.Text("because")}");
}

public sealed class NotificationTestsOnSqlite() : NotificationTests(DatabaseKind.Sqlite);

public sealed class NotificationTestsOnPostgreSql() : NotificationTests(DatabaseKind.PostgreSql);

public sealed class NotificationTestsOnSqlServer() : NotificationTests(DatabaseKind.SqlServer);
