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
}
