using TaskManagement.Cli.IntegrationTests.Support;

namespace TaskManagement.Cli.IntegrationTests;

public sealed class ReplayCommandTests(ServiceFixture fixture)
{
    private CommandLine Tool => fixture.Tool;

    private ServiceProcess Service => fixture.Service;

    [Fact]
    public async Task A_range_is_replayed_after_it_was_tried_out_and_asked_about()
    {
        var position = await PositionOfNewTaskAsync();
        await Service.CaughtUpAsync("test-moved");
        var latest = await LatestAsync();
        string[] replay = ["replay", "test-moved", "--from", position, "--to", position, "--type", "task.created"];

        Assert.Equal(
            $"Would deliver 1 event to test-moved, from position {position} to {position}, again.\n", (await Tool.RunAsync([.. replay, "--dry-run"])).ShouldSucceed());
        var refused = await Tool.RunAsync(replay);
        Assert.StartsWith($"Deliver 1 event to test-moved, from position {position} to {position}, again? There is no one to ask here", refused.ShouldFail(2), StringComparison.Ordinal);
        Assert.Equal(latest, await LatestAsync());

        var text = (await Tool.RunAsync([.. replay, "--yes"])).ShouldSucceed();
        var json = await Tool.JsonAsync([.. replay, "--yes"]);
        var begun = (await Tool.RunAsync([.. replay, "--yes", "--no-wait"])).ShouldSucceed();

        Assert.Equal($"Replay {latest + 1} is through: 1 event delivered.\n", text);
        Assert.Equal((latest + 2, "finished", 1), (json.GetProperty("id").GetInt64(), json.GetProperty("state").GetString(), json.GetProperty("delivered").GetInt64()));
        Assert.Equal($"Replay {latest + 3} has begun.\n", begun);
        var list = (await Tool.RunAsync("replay", "list")).ShouldSucceed();
        Assert.Contains($"{latest + 1}", list, StringComparison.Ordinal);
        Assert.Contains(" finished ", (await Tool.RunAsync("replay", "show", $"{latest + 1}")).ShouldSucceed(), StringComparison.Ordinal);
        Assert.Equal($"There is no replay 4711. (replay.not_found)", (await Tool.RunAsync("replay", "cancel", "4711")).ShouldFail(1));
    }

    [Fact]
    public async Task What_the_service_refuses_is_said_in_its_words()
    {
        await Service.CreateTaskAsync();

        Assert.EndsWith("(subscription.rebuilt_only)", (await Tool.RunAsync("replay", "test-picture", "--yes")).ShouldFail(1), StringComparison.Ordinal);
        Assert.EndsWith("(subscription.not_replayable)", (await Tool.RunAsync("replay", "test-label", "--yes")).ShouldFail(1), StringComparison.Ordinal);
        Assert.Equal(
            "The request has invalid values. /types/0: test-moved does not take task.completed. (request.invalid)",
            (await Tool.RunAsync("replay", "test-moved", "--type", "task.completed", "--yes")).ShouldFail(1));
        Assert.EndsWith("(replay.empty)", (await Tool.RunAsync("replay", "test-moved", "--from", "2100-01-01")).ShouldFail(1), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_interrupted_replay_ends_where_there_is_no_one_to_ask()
    {
        var range = await SlowRangeAsync();
        using var replay = Tool.Start(["replay", "test-mail", .. range, "--yes"]);
        var id = await RunningReplayAsync();

        replay.Interrupt();
        var ended = await replay.EndAsync();

        Assert.Equal((1, ""), (ended.ExitCode, ended.Errors));
        Assert.StartsWith($"Replay {id} was ended at position ", ended.Output, StringComparison.Ordinal);
        Assert.Equal("cancelled", (await Service.GetAsync($"operations/replays/{id}")).GetProperty("state").GetString());
    }

    [Fact]
    public async Task A_replay_is_cancelled_by_its_number()
    {
        var range = await SlowRangeAsync();
        (await Tool.RunAsync(["replay", "test-mail", .. range, "--yes", "--no-wait"])).ShouldSucceed();
        var id = await RunningReplayAsync();

        Assert.StartsWith($"Replay {id} was ended at position ", (await Tool.RunAsync("replay", "cancel", $"{id}")).ShouldSucceed(), StringComparison.Ordinal);
        Assert.Equal("cancelled", (await Tool.JsonAsync("replay", "cancel", $"{id}")).GetProperty("state").GetString());
    }

    [Fact]
    public async Task In_a_terminal_there_is_a_question_a_bar_and_colour()
    {
        var range = await SlowRangeAsync();

        var ended = await Tool.RunInTerminalAsync("y\n", ["replay", "test-mail", .. range]);

        Assert.Equal(0, ended.ExitCode);
        Assert.Contains("Deliver 10 events to test-mail", ended.Output, StringComparison.Ordinal);
        Assert.Contains('\u001b', ended.Output);
        Assert.Contains("%", ended.Output, StringComparison.Ordinal);
        Assert.Contains("is through: 10 events delivered.", ended.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_subscription_is_sent_back_after_it_was_tried_out_and_asked_about()
    {
        var position = await PositionOfNewTaskAsync();
        await Service.CaughtUpAsync("test-moved");
        string[] rewind = ["rewind", "test-moved", "--to", position];

        Assert.Contains($"back to {position}, and deliver up to ", (await Tool.RunAsync([.. rewind, "--dry-run"])).ShouldSucceed(), StringComparison.Ordinal);
        Assert.Contains("There is no one to ask here", (await Tool.RunAsync(rewind)).ShouldFail(2), StringComparison.Ordinal);
        Assert.Equal($"test-moved goes on with position {position}.\n", (await Tool.RunAsync([.. rewind, "--yes"])).ShouldSucceed());
        await Service.CaughtUpAsync("test-moved");

        await Service.EventuallyAsync("operations/subscriptions/test-picture", read => read.GetProperty("position").GetString() != "0");
        var rebuilt = await Tool.JsonAsync("rewind", "test-picture", "--beginning", "--yes");
        Assert.Equal(("1", true), (rebuilt.GetProperty("to").GetString(), rebuilt.GetProperty("rebuilt").GetBoolean()));
        Assert.EndsWith("(subscription.rebuilt_only)", (await Tool.RunAsync("rewind", "test-picture", "--to", "2", "--yes")).ShouldFail(1), StringComparison.Ordinal);
    }

    private async Task<string> PositionOfNewTaskAsync()
    {
        var task = await Service.CreateTaskAsync();
        var id = await Service.EventAsync(task);
        await Service.EventuallyAsync($"operations/explain?subscription=test-moved&event={id}", read => read.GetProperty("event").GetProperty("position").GetString() is not null);
        return (await Service.GetAsync($"operations/explain?subscription=test-moved&event={id}")).GetProperty("event").GetProperty("position").GetString()!;
    }

    /// <summary>Ten events that take three seconds.</summary>
    private async Task<string[]> SlowRangeAsync()
    {
        var tasks = new List<Guid>();
        for (var i = 0; i < 10; i++)
            tasks.Add(await Service.CreateTaskAsync("This one is-slow"));
        await Service.CaughtUpAsync("test-mail");
        var (first, last) = (await PositionAsync(tasks[0]), await PositionAsync(tasks[^1]));
        return ["--from", first, "--to", last];
    }

    private async Task<string> PositionAsync(Guid task) =>
        (await Service.GetAsync($"operations/explain?subscription=test-mail&event={await Service.EventAsync(task)}")).GetProperty("event").GetProperty("position").GetString()!;

    private async Task<long> LatestAsync() =>
        (await Service.GetAsync("operations/replays")).GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetInt64()).FirstOrDefault();

    private async Task<long> RunningReplayAsync()
    {
        await Service.EventuallyAsync("operations/replays", read =>
            read.GetProperty("items").EnumerateArray().Any(item => item.GetProperty("state").GetString() == "running" && item.GetProperty("delivered").GetInt64() > 0));
        return await LatestAsync();
    }
}
