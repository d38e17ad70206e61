using System.Net;
using TaskManagement.Api.IntegrationTests.Support;
using TaskManagement.TestSupport;

namespace TaskManagement.Api.IntegrationTests.Documentation;

public sealed class UseTests
{
    [Fact]
    public async Task The_analytics_are_asked_for_as_the_page_says()
    {
        await using var host = await ApiHost.StartAsync();
        await host.Client.CreateTaskAsync();
        await Eventually.IsTrueAsync("the task is counted", async () =>
            (await host.Client.GetAsync("/api/v1/analytics/tasks").ShouldBeAsync(HttpStatusCode.OK)).Items().Any());
        var commands = string.Concat(Repository.Blocks(Repository.Section("docs/use.md", "Analytics"), "sh"));

        var answers = await BashSession.RunAsync(commands, host.Client.BaseAddress!, ApiHost.Token);

        Assert.Equal(3, answers.Count);
        // The years on the page pass; the last thirty days do not.
        var person = Assert.Single(answers[2].GetProperty("items").EnumerateArray());
        Assert.Equal(1, person.GetProperty("created").GetInt32());
    }

    [Fact]
    public async Task People_share_a_project_and_comment_on_its_tasks_as_the_page_says_and_those_concerned_are_notified()
    {
        await using var host = await ApiHost.StartAsync(configure: PersonalTokens.Accept);
        var (ann, bob) = (new Guid("0198f5e2-0000-7000-8000-00000000000a"), new Guid("0198f5e2-0000-7000-8000-00000000000b"));
        var teams = Repository.Blocks(Repository.Section("docs/use.md", "Teams"), "sh");
        await BashSession.RunAsync(teams[0], host.Client.BaseAddress!, PersonalTokens.Of(ann));
        var joined = await BashSession.RunAsync(teams[1], host.Client.BaseAddress!, PersonalTokens.Of(bob));
        var said = await BashSession.RunAsync(
            Repository.Blocks(Repository.Section("docs/use.md", "Comments"), "sh").Single(), host.Client.BaseAddress!, PersonalTokens.Of(ann));
        using var client = host.ClientOf(bob);
        await Eventually.IsTrueAsync("who is mentioned is notified", async () =>
            (await client.GetAsync("/api/v1/me/notifications").ShouldBeAsync(HttpStatusCode.OK)).Items().Any());

        var told = await BashSession.RunAsync(
            Repository.Blocks(Repository.Section("docs/use.md", "Notifications"), "sh").Single(), host.Client.BaseAddress!, PersonalTokens.Of(bob));

        Assert.Equal(["owner", "commenter"], joined[2].GetProperty("items").EnumerateArray().Select(member => member.GetProperty("role").GetString()));
        Assert.Equal(4, said.Count);
        Assert.Equal(ann.ToString(), said[2].GetProperty("items")[0].GetProperty("personId").GetString());
        Assert.Equal(said[1].GetRawText(), said[3].GetProperty("items")[0].GetRawText());
        Assert.Equal("mentioned", told[0].GetProperty("items")[0].GetProperty("kind").GetString());
        Assert.False(told[1].GetProperty("commented").GetProperty("mail").GetBoolean());
    }

    [Fact]
    public async Task A_person_signs_in_and_goes_on_as_the_page_says()
    {
        await using var host = await ApiHost.StartAsync();
        var commands = string.Concat(Repository.Blocks(Repository.Section("docs/use.md", "People"), "sh"));

        var answers = await BashSession.RunAsync(commands, host.Client.BaseAddress!, ApiHost.Token);

        Assert.Equal(["ann@example.org", "ann@example.org"], answers.Take(2).Select(answer => answer.GetProperty("email").GetString()));
        Assert.StartsWith("tms_", answers[2].GetProperty("accessToken").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_feed_is_read_as_the_page_says_and_so_is_the_stream()
    {
        await using var host = await ApiHost.StartAsync();
        await host.Client.CreateTaskAsync();
        var blocks = Repository.Blocks(Repository.Section("docs/use.md", "Events"), "sh");

        var page = Assert.Single(await BashSession.RunAsync(blocks[0], host.Client.BaseAddress!, ApiHost.Token));
        // Without an end to wait for, the stream of the page is ended once an event has come.
        var stream = blocks[1].TrimEnd().Replace("stream?", "stream?after=0&", StringComparison.Ordinal);
        var streamed = await BashSession.RunAsync(
            $"{blocks[0].Split("curl")[0]}{{ {stream} || true; }} | {{ grep -m 1 ^data: | cut -c 7-; }}", host.Client.BaseAddress!, ApiHost.Token);

        Assert.Equal(page.GetProperty("items")[0].GetRawText(), Assert.Single(streamed).GetRawText());
    }

    [Fact]
    public async Task The_stream_is_followed_in_Node_as_the_page_says()
    {
        await using var host = await ApiHost.StartAsync();
        await host.Client.CreateTaskAsync();
        using var folder = new TemporaryFolder();
        var script = Path.Combine(folder.Path, "follow.mjs");
        var code = Repository.Blocks(Repository.Section("docs/use.md", "Events"), "js").Single()
            .Replace("http://localhost:5080", host.Client.BaseAddress!.ToString().TrimEnd('/'), StringComparison.Ordinal)
            .Replace("process.env.TOKEN", $"\"{ApiHost.Token}\"", StringComparison.Ordinal);
        await File.WriteAllTextAsync(script, code);

        await using var follower = await NodeScript.StartOrSkipAsync(script, "0");
        Assert.Equal("taskmanagement.task.created.v1", await follower.ReadLineAsync());
        await host.Client.CreateTaskAsync();
        Assert.Equal("taskmanagement.task.created.v1", await follower.ReadLineAsync());
    }

    [Fact]
    public async Task Events_are_sent_as_the_page_says_and_a_CI_system_opens_and_completes_its_task()
    {
        await using var host = await ApiHost.StartAsync();
        var blocks = Repository.Blocks(Repository.Section("docs/use.md", "Events from other systems"), "sh");

        var answers = await BashSession.RunAsync(string.Concat(blocks), host.Client.BaseAddress!, ApiHost.Token);

        Assert.Equal(
            ["received", "received", "duplicate received", "received", "received"],
            answers.Select(answer => string.Join(' ', answer.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("result").GetString()))));
        var task = Assert.Single((await host.Client.GetAsync("/api/v1/tasks").ShouldBeAsync(HttpStatusCode.OK)).Items());
        Assert.Equal(("The build of main fails", "completed"), (task.Text("title"), task.Text("status")));
    }
}
