using System.Net;
using TaskManagement.Api.IntegrationTests.Support;
using TaskManagement.Infrastructure.Persistence;
using static TaskManagement.Api.IntegrationTests.Support.Http;
using static TaskManagement.Api.IntegrationTests.Support.PeopleHost;

namespace TaskManagement.Api.IntegrationTests.Identity;

/// <summary>Sessions are begun, continued and ended, and personal tokens act as who issued them.</summary>
public abstract class SessionTests(DatabaseKind database)
{
    private const string TokensUrl = "/api/v1/tokens";

    [Fact]
    public async Task A_session_goes_on_with_new_tokens_and_those_before_are_void()
    {
        await using var host = await PeopleHost.StartAsync(database);
        await host.AddAsync("ann");
        var first = await host.OpenSessionAsync("ann");
        using var before = host.Api.CreateClient(first.Text("accessToken"));
        await before.GetAsync(MeUrl).ShouldBeAsync(HttpStatusCode.OK);

        var second = await host.RefreshAsync(first.Text("refreshToken")).ShouldBeAsync(HttpStatusCode.OK);
        using var after = host.Api.CreateClient(second.Text("accessToken"));

        Assert.Equal(first.Text("sessionId"), second.Text("sessionId"));
        Assert.StartsWith("tms_", second.Text("accessToken"), StringComparison.Ordinal);
        Assert.StartsWith("tmr_", second.Text("refreshToken"), StringComparison.Ordinal);
        await after.GetAsync(MeUrl).ShouldBeAsync(HttpStatusCode.OK);
        await before.GetAsync(MeUrl).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "auth.required");
    }

    [Fact]
    public async Task A_refresh_token_that_comes_a_second_time_ends_the_session()
    {
        await using var host = await PeopleHost.StartAsync(database);
        await host.AddAsync("ann");
        var first = await host.OpenSessionAsync("ann");
        var second = await host.RefreshAsync(first.Text("refreshToken")).ShouldBeAsync(HttpStatusCode.OK);
        using var ann = host.Api.CreateClient(second.Text("accessToken"));
        await ann.GetAsync(MeUrl).ShouldBeAsync(HttpStatusCode.OK);

        await host.RefreshAsync(first.Text("refreshToken")).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "auth.failed");

        await ann.GetAsync(MeUrl).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "auth.required");
        await host.RefreshAsync(second.Text("refreshToken")).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "auth.failed");
        await host.RefreshAsync("tmr_unknown").ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "auth.failed");
    }

    [Fact]
    public async Task Of_two_who_come_with_one_refresh_token_at_once_one_wins_and_the_other_ends_the_session()
    {
        await using var host = await PeopleHost.StartAsync(database);
        await host.AddAsync("ann");
        var session = await host.OpenSessionAsync("ann");

        var answers = await Task.WhenAll(Enumerable.Range(0, 2).Select(async _ =>
        {
            using var answer = await host.RefreshAsync(session.Text("refreshToken"));
            return (answer.StatusCode, Body: await answer.JsonAsync());
        }));

        var winner = Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.OK);
        using var ann = host.Api.CreateClient(winner.Body.Text("accessToken"));
        await ann.GetAsync(MeUrl).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "auth.required");
    }

    [Fact]
    public async Task One_signs_out_of_this_session_and_ends_others_and_no_one_elses()
    {
        await using var host = await PeopleHost.StartAsync(database);
        using var ann = await host.EnterAsync("ann");
        using var bob = await host.EnterAsync("bob");
        var second = await host.OpenSessionAsync("ann");
        using var elsewhere = host.Api.CreateClient(second.Text("accessToken"));
        await elsewhere.GetAsync(MeUrl).ShouldBeAsync(HttpStatusCode.OK);

        var sessions = (await ann.GetAsync($"{MeUrl}/sessions").ShouldBeAsync(HttpStatusCode.OK)).Items().ToList();
        Assert.Equal([true, false], sessions.Select(session => (bool)session["current"]!));
        await bob.DeleteAsync($"{MeUrl}/sessions/{second.Text("sessionId")}").ShouldBeProblemAsync(HttpStatusCode.NotFound, "session.not_found");
        await ann.DeleteAsync($"{MeUrl}/sessions/{second.Text("sessionId")}").ShouldBeAsync(HttpStatusCode.NoContent);
        await elsewhere.GetAsync(MeUrl).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "auth.required");
        await ann.DeleteAsync($"{SessionsUrl}/current").ShouldBeAsync(HttpStatusCode.NoContent);
        await ann.GetAsync(MeUrl).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "auth.required");
        await host.RefreshAsync(second.Text("refreshToken")).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "auth.failed");
    }

    [Fact]
    public async Task A_persons_token_acts_as_the_person_and_is_good_for_no_more()
    {
        await using var host = await PeopleHost.StartAsync(database);
        using var ann = await host.EnterAsync("ann");
        using var bob = await host.EnterAsync("bob");
        var me = (await ann.GetAsync(MeUrl).ShouldBeAsync(HttpStatusCode.OK)).Id();
        var project = (await ann.CreateProjectAsync()).Id();

        await ann.PostJsonAsync(TokensUrl, AccountTests.TokenBody("root", "admin")).ShouldBeProblemAsync(HttpStatusCode.Forbidden, "token.exceeds_issuer");
        await ann.PostJsonAsync(TokensUrl, AccountTests.TokenBody("self", "account")).ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "request.invalid");
        var body = AccountTests.TokenBody("script", "tasks:write");
        var issued = await ann.PostJsonAsync(TokensUrl, body.Replace("{", $$"""{"projectId":"{{project}}",""", StringComparison.Ordinal)).ShouldBeAsync(HttpStatusCode.Created);
        await bob.PostJsonAsync(TokensUrl, body).ShouldBeAsync(HttpStatusCode.Created);
        await ann.PostJsonAsync(TokensUrl, body).ShouldBeProblemAsync(HttpStatusCode.Conflict, "token.already_exists");
        using var script = host.Api.CreateClient(issued.Text("token"));
        await script.PostJsonAsync(TokensUrl, body).ShouldBeProblemAsync(HttpStatusCode.Forbidden, "auth.insufficient_scope");
        var task = await script.CreateTaskAsync(project: project);

        Assert.Equal((me, project), (issued.Text("ownerId"), issued.Text("projectId")));
        Assert.Equal($"user:{me}", task.Text("createdBy"));
        Assert.Equal([issued.Id()], (await ann.GetAsync(TokensUrl).ShouldBeAsync(HttpStatusCode.OK)).Items().Select(token => token.Id()));
        Assert.Equal(3, (await host.Service.GetAsync(TokensUrl).ShouldBeAsync(HttpStatusCode.OK)).Items().Count());
        await bob.DeleteAsync($"{TokensUrl}/{issued.Id()}").ShouldBeProblemAsync(HttpStatusCode.NotFound, "token.not_found");
        await ann.DeleteAsync($"{TokensUrl}/{issued.Id()}").ShouldBeAsync(HttpStatusCode.NoContent);
        await script.GetAsync(TasksUrl).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "auth.required");
    }
}

public sealed class SessionTestsOnSqlite() : SessionTests(DatabaseKind.Sqlite);

public sealed class SessionTestsOnPostgreSql() : SessionTests(DatabaseKind.PostgreSql);

public sealed class SessionTestsOnSqlServer() : SessionTests(DatabaseKind.SqlServer);
