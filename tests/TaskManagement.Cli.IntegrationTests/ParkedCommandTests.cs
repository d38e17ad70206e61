using TaskManagement.Cli.IntegrationTests.Support;

namespace TaskManagement.Cli.IntegrationTests;

public sealed class ParkedCommandTests(ServiceFixture fixture)
{
    private CommandLine Tool => fixture.Tool;

    private ServiceProcess Service => fixture.Service;

    [Fact]
    public async Task A_dead_letter_is_found_explained_and_retried_and_its_lane_follows()
    {
        var task = await Service.CreateTaskAsync("This one fails-for-good");
        await Service.RenameAsync(task, "Renamed");
        var dead = await Service.ParkedAsync(task, "dead");
        var behind = await Service.ParkedAsync(task, "behind");
        var (first, second) = (await Service.EventAsync(task), await Service.EventAsync(task, 2));

        var listed = (await Tool.RunAsync("dead", "--subject", task.ToString())).ShouldSucceed();
        Assert.Contains("There is no such mailbox.", listed, StringComparison.Ordinal);
        Assert.Equal(2, listed.TrimEnd().Split('\n').Length);
        var parked = await Tool.JsonAsync("parked", "--subscription", "test-mail", "--subject", task.ToString());
        Assert.Equal([dead, behind], parked.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetInt64()));
        Assert.StartsWith("dead\nIt is a dead letter.", (await Tool.RunAsync("explain", "test-mail", first.ToString())).ShouldSucceed(), StringComparison.Ordinal);
        Assert.Contains($"It waits behind task.created {first}", (await Tool.RunAsync("explain", "test-mail", second.ToString())).ShouldSucceed(), StringComparison.Ordinal);

        var dry = (await Tool.RunAsync("retry", "--subject", task.ToString(), "--dry-run")).ShouldSucceed();
        Assert.Equal("1 event would be tried again at once.\n1 more waits for its turn, behind another of the same aggregate.\n  test-mail: 2 events in 1 lane\n", dry);
        using (fixture.Heal())
        {
            var retried = (await Tool.RunAsync("retry", $"{dead}", "999999")).ShouldSucceed();
            Assert.Equal("1 event is tried again at once.\n  test-mail: 1 event in 1 lane\nNot parked, any more or at all: 999999\n", retried);
            await Service.EventuallyAsync($"operations/parked?subject={task}", read => read.GetProperty("items").GetArrayLength() == 0);
        }

        Assert.StartsWith("delivered\n", (await Tool.RunAsync("explain", "test-mail", second.ToString())).ShouldSucceed(), StringComparison.Ordinal);
        Assert.Equal("Nothing is parked.\n", (await Tool.RunAsync("parked", "--subject", task.ToString())).ShouldSucceed());
        Assert.Equal("There are no dead letters.\n", (await Tool.RunAsync("dead", "--subject", task.ToString())).ShouldSucceed());
    }

    [Fact]
    public async Task A_discard_is_asked_about_and_needs_yes_where_no_one_can_be_asked()
    {
        var task = await Service.CreateTaskAsync("This one fails-for-good");
        var dead = await Service.ParkedAsync(task, "dead");

        var refused = await Tool.RunAsync("discard", $"{dead}", "--reason", "Gone.");
        Assert.Equal(
            "Give up the delivery of 1 event? There is no one to ask here, so nothing was done. With --yes it is done without asking.", refused.ShouldFail(2));
        var declined = await Tool.RunInTerminalAsync("n\n", "discard", $"{dead}", "--reason", "Gone.");
        Assert.Equal(1, declined.ExitCode);
        Assert.Contains("Nothing was done.", declined.Output, StringComparison.Ordinal);
        Assert.Equal(dead, await Service.ParkedAsync(task, "dead"));

        var agreed = await Tool.RunInTerminalAsync("y\n", "discard", $"{dead}", "--reason", "Gone.");
        Assert.Equal(0, agreed.ExitCode);
        Assert.Contains("1 event was given up.", agreed.Output, StringComparison.Ordinal);
        var explained = (await Tool.RunAsync("explain", "test-mail", (await Service.EventAsync(task)).ToString())).ShouldSucceed();
        Assert.StartsWith("discarded\ntoken:", explained, StringComparison.Ordinal);
        Assert.Contains(" gave it up: Gone.", explained, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Many_are_discarded_by_filter()
    {
        var tasks = new List<Guid>();
        for (var i = 0; i < 3; i++)
            tasks.Add(await Service.CreateTaskAsync("This one fails-and-waits"));
        foreach (var task in tasks)
            await Service.ParkedAsync(task, "retrying");
        string[] filter = ["--subscription", "test-mail", "--status", "retrying", "--type", "task.created"];

        Assert.Equal(
            "3 events would be given up.\n  test-mail: 3 events in 3 lanes\n",
            (await Tool.RunAsync(["discard", .. filter, "--reason", "All of them.", "--dry-run"])).ShouldSucceed());
        var discarded = await Tool.JsonAsync(["discard", .. filter, "--reason", "All of them.", "--yes"]);

        Assert.Equal((3, 3), (discarded.GetProperty("matched").GetInt32(), discarded.GetProperty("discarded").GetInt32()));
        Assert.Equal("0 events were given up.\n", (await Tool.RunAsync(["discard", .. filter, "--reason", "Again.", "--yes"])).ShouldSucceed());
    }

    [Fact]
    public async Task Long_lists_say_how_to_go_on()
    {
        var tasks = new[] { await Service.CreateTaskAsync("fails-and-waits"), await Service.CreateTaskAsync("fails-and-waits") };
        foreach (var task in tasks)
            await Service.ParkedAsync(task, "retrying");

        var first = await Tool.RunAsync("parked", "--limit", "1", "--status", "retrying");
        Assert.StartsWith("There are more: --cursor ", first.Errors, StringComparison.Ordinal);
        var rest = (await Tool.RunAsync("parked", "--status", "retrying", "--cursor", first.Errors.TrimEnd().Split(' ')[^1])).ShouldSucceed();

        Assert.DoesNotContain(tasks[0].ToString(), rest, StringComparison.Ordinal);
        Assert.Contains(tasks[1].ToString(), rest, StringComparison.Ordinal);
        var wrong = await Tool.RunAsync("parked", "--limit", "900");
        Assert.Equal("The request has invalid values. limit: The limit must be between 1 and 200. (request.invalid)", wrong.ShouldFail(1));
        (await Tool.RunAsync("discard", "--status", "retrying", "--reason", "The test is over.", "--yes")).ShouldSucceed();
    }

    [Fact]
    public async Task What_ails_the_store_is_said_and_ends_with_3()
    {
        await Service.EventuallyAsync("operations/health", read => read.GetProperty("unheld").GetArrayLength() == 0);
        var well = (await Tool.RunAsync("health")).ShouldSucceed();
        Assert.StartsWith("All is well.\n", well, StringComparison.Ordinal);

        var task = await Service.CreateTaskAsync("This one fails-for-good");
        var dead = await Service.ParkedAsync(task, "dead");
        var ill = await Tool.RunAsync("health");
        var json = await Tool.RunAsync("health", "--json");

        Assert.Equal((3, ""), (ill.ExitCode, ill.Errors));
        Assert.StartsWith("Not all is well.\n  1 dead letter waits for someone to retry or to discard.\n", ill.Output, StringComparison.Ordinal);
        Assert.Equal(3, json.ExitCode);
        Assert.False(System.Text.Json.JsonElement.Parse(json.Output).GetProperty("healthy").GetBoolean());
        (await Tool.RunAsync("discard", $"{dead}", "--reason", "The test is over.", "--yes")).ShouldSucceed();
    }
}
