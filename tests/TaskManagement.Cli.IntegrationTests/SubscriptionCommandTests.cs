using System.Text.Json;
using TaskManagement.Cli.IntegrationTests.Support;

namespace TaskManagement.Cli.IntegrationTests;

public sealed class SubscriptionCommandTests(ServiceFixture fixture)
{
    private static readonly string[] ListColumns =
        ["Subscription", "State", "Behind", "For", "Retrying", "Blocked", "Dead", "Lanes", "Position", "Held by"];

    private CommandLine Tool => fixture.Tool;

    [Fact]
    public async Task Subscriptions_are_listed_for_people_and_for_scripts()
    {
        await fixture.Service.EventuallyAsync("operations/subscriptions/test-mail", read => read.GetProperty("state").GetString() == "running");

        var text = (await Tool.RunAsync("subscriptions")).ShouldSucceed();
        var same = (await Tool.RunAsync("subscriptions", "list")).ShouldSucceed();
        var json = await Tool.JsonAsync("subscriptions");

        var lines = text.Split('\n');
        Assert.Equal(ListColumns, Columns(lines[0]));
        Assert.Contains(lines, line => line.StartsWith("test-mail ", StringComparison.Ordinal) && line.Contains(" running ", StringComparison.Ordinal));
        Assert.Equal(lines.Length, same.Split('\n').Length);
        Assert.Contains(json.GetProperty("items").EnumerateArray(), item => item.GetProperty("name").GetString() == "test-mail");
    }

    [Fact]
    public async Task One_subscription_is_shown_with_all_about_it()
    {
        var text = (await Tool.RunAsync("subscriptions", "show", "test-mail")).ShouldSucceed();
        var json = await Tool.JsonAsync("subscriptions", "show", "test-mail");

        Assert.Contains("MailAboutTask", text, StringComparison.Ordinal);
        Assert.Contains("task.created, task.details_changed", text, StringComparison.Ordinal);
        Assert.Contains("10 attempts of 30 s, 600 to 600 s apart; 1 partition; batches of 1; from now; replayable; a dead letter's lane waits", text, StringComparison.Ordinal);
        Assert.Equal("MailAboutTask", json.GetProperty("handler").GetString());
    }

    [Fact]
    public async Task What_there_is_not_is_refused_with_the_code()
    {
        var ended = await Tool.RunAsync("subscriptions", "show", "no such thing?");

        Assert.Equal("There is no subscription no such thing?. (subscription.not_found)", ended.ShouldFail(1));
    }

    [Fact]
    public async Task A_subscription_is_paused_lags_and_is_resumed()
    {
        Assert.Equal(
            "test-moved is paused. The event at hand may still be handled to its end.\n", (await Tool.RunAsync("subscriptions", "pause", "test-moved")).ShouldSucceed());
        Assert.Equal("test-moved was paused already.\n", (await Tool.RunAsync("subscriptions", "pause", "test-moved")).ShouldSucceed());
        var task = Guid.Empty;
        // The node hears of it a moment later.
        await fixture.Service.EventuallyAsync("operations/subscriptions/test-moved", read =>
        {
            task = fixture.Service.CreateTaskAsync().GetAwaiter().GetResult();
            return read.GetProperty("lag").GetProperty("events").GetInt64() > 0;
        });
        var eventId = await fixture.Service.EventAsync(task);

        var lag = (await Tool.RunAsync("lag")).ShouldSucceed().Split('\n');
        var row = Array.Find(lag, line => line.StartsWith("test-moved ", StringComparison.Ordinal));
        Assert.Equal(["Subscription", "Events", "Seconds", "Oldest undelivered", "Event", "Occurred"], Columns(lag[0]));
        Assert.Contains("task.created", row, StringComparison.Ordinal);
        Assert.Contains((await Tool.JsonAsync("lag")).GetProperty("items").EnumerateArray(), item =>
            item.GetProperty("name").GetString() == "test-moved" && item.GetProperty("lag").GetProperty("events").GetInt64() > 0);
        var waiting = (await Tool.RunAsync("explain", "test-moved", eventId.ToString())).ShouldSucceed();
        Assert.StartsWith("not reached\n", waiting, StringComparison.Ordinal);
        Assert.Contains("The subscription is paused since ", waiting, StringComparison.Ordinal);

        Assert.Equal("test-moved goes on.\n", (await Tool.RunAsync("subscriptions", "resume", "test-moved")).ShouldSucceed());
        Assert.Equal("test-moved was not paused.\n", (await Tool.RunAsync("subscriptions", "resume", "test-moved")).ShouldSucceed());
        await fixture.Service.CaughtUpAsync("test-moved");
        var delivered = await Tool.JsonAsync("explain", "test-moved", eventId.ToString());
        Assert.Equal("delivered", delivered.GetProperty("state").GetString());
    }

    [Fact]
    public async Task Handlers_are_listed_with_their_events()
    {
        var text = (await Tool.RunAsync("handlers")).ShouldSucceed();
        var json = await Tool.JsonAsync("handlers");

        Assert.Contains(text.Split('\n'), line => line.StartsWith("MailAboutTask ", StringComparison.Ordinal)
            && line.Contains("after commit", StringComparison.Ordinal) && line.Contains("task.created, task.details_changed", StringComparison.Ordinal));
        Assert.Contains(json.GetProperty("items").EnumerateArray(), item => item.GetProperty("phase").GetString() == "in_transaction");
    }

    [Fact]
    public async Task A_handler_is_tested_with_a_recorded_event_and_nothing_is_kept()
    {
        var task = await fixture.Service.CreateTaskAsync("Please label-me");
        await fixture.Service.EventuallyAsync($"tasks/{task}", read => read.GetProperty("labels").GetArrayLength() == 1);
        await fixture.Service.PostAsync($"tasks/{task}/cancel", new { });
        using var patch = new HttpRequestMessage(HttpMethod.Patch, $"tasks/{task}") { Content = new StringContent("""{"labels":[]}""", new System.Net.Http.Headers.MediaTypeHeaderValue("application/json")) };
        using var unlabelled = await fixture.Service.Client.SendAsync(patch);
        var eventId = await fixture.Service.EventAsync(task);

        var handled = (await Tool.RunAsync("test-handler", "test-label", eventId.ToString())).ShouldSucceed();

        Assert.StartsWith("handled\n", handled, StringComparison.Ordinal);
        Assert.Contains($"task.labels_changed of {task}", handled, StringComparison.Ordinal);
        Assert.Contains("task_labels (1 added), tasks (1 changed)", handled, StringComparison.Ordinal);
        Assert.Empty((await fixture.Service.GetAsync($"tasks/{task}")).GetProperty("labels").EnumerateArray());
    }

    [Fact]
    public async Task A_handler_that_fails_its_test_ends_with_3()
    {
        var task = await fixture.Service.CreateTaskAsync("This one fails-for-good");
        var eventId = await fixture.Service.EventAsync(task);

        var failed = await Tool.RunAsync("test-handler", "test-mail", eventId.ToString());
        var json = await Tool.RunAsync("test-handler", "test-mail", eventId.ToString(), "--json");

        Assert.Equal((3, ""), (failed.ExitCode, failed.Errors));
        Assert.Contains("There is no such mailbox.", failed.Output, StringComparison.Ordinal);
        Assert.Equal((3, "failed_for_good"), (json.ExitCode, JsonElement.Parse(json.Output).GetProperty("outcome").GetString()));
        await fixture.Service.ParkedAsync(task, "dead");
        (await Tool.RunAsync("discard", "--subject", task.ToString(), "--reason", "The test is over.", "--yes")).ShouldSucceed();
    }

    /// <summary>Columns are apart by at least two spaces.</summary>
    private static string[] Columns(string line) => line.Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
