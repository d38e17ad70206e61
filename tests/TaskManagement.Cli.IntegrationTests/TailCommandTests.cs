using System.Text.Json;
using TaskManagement.Cli.IntegrationTests.Support;

namespace TaskManagement.Cli.IntegrationTests;

public sealed class TailCommandTests(ServiceFixture fixture)
{
    private CommandLine Tool => fixture.Tool;

    private ServiceProcess Service => fixture.Service;

    [Fact]
    public async Task Events_are_shown_as_they_happen_until_it_is_interrupted()
    {
        await Service.CreateTaskAsync("Before it began");
        await Service.CaughtUpAsync("test-moved");
        using var tail = Tool.Start("tail", "--type", "task.created");
        using var json = Tool.Start("tail", "--type", "task.*", "--json", "--beginning");
        await json.WaitForAsync("Before it began");

        // Whoever has begun at the end has begun when what is created then is shown.
        for (var i = 0; !tail.Output.Contains("While it runs", StringComparison.Ordinal); i++)
        {
            Assert.True(i < 300, "Nothing was shown.");
            await Service.CreateTaskAsync($"While it runs {i}");
            await Task.Delay(100);
        }

        tail.Interrupt();
        json.Interrupt();
        var text = (await tail.EndAsync()).ShouldSucceed();
        var documents = (await json.EndAsync()).ShouldSucceed();

        Assert.DoesNotContain("Before it began", text, StringComparison.Ordinal);
        Assert.All(text.TrimEnd().Split('\n'), line => Assert.Matches(@"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ +\d+ task\.created\.v1 [0-9a-f-]{36} token:[0-9a-f-]{36} \{", line));
        Assert.All(documents.TrimEnd().Split('\n'), line => Assert.StartsWith("taskmanagement.task.", JsonElement.Parse(line).GetProperty("type").GetString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task It_can_begin_at_a_position_and_end_with_what_there_is()
    {
        var task = await Service.CreateTaskAsync("The only one");
        await Service.RenameAsync(task, "Renamed");
        await Service.EventuallyAsync($"events?subject={task}", read => read.GetProperty("items").GetArrayLength() == 2);

        var all = (await Tool.RunAsync("tail", "--no-follow", "--beginning", "--subject", task.ToString())).ShouldSucceed();
        var first = (await Service.GetAsync($"events?subject={task}")).GetProperty("items")[0].GetProperty("position").GetString()!;
        var rest = (await Tool.RunAsync("tail", "--no-follow", "--after", first, "--subject", task.ToString())).ShouldSucceed();

        Assert.Equal(2, all.TrimEnd().Split('\n').Length);
        Assert.Contains("task.details_changed.v1", Assert.Single(rest.TrimEnd().Split('\n')), StringComparison.Ordinal);
        Assert.Contains("(request.invalid)", (await Tool.RunAsync("tail", "--type", "no.such_thing")).ShouldFail(1), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_goes_on_when_the_service_comes_back()
    {
        using var folder = new TemporaryFolder();
        var service = await ServiceProcess.StartAsync(folder.Path);
        using var tail = new CommandLine(service.Address).Start("tail", "--beginning", "--json");
        await service.CreateTaskAsync("Before the break");
        await tail.WaitForAsync("Before the break");
        await service.DisposeAsync();

        await using var again = await ServiceProcess.StartAsync(folder.Path, service.Address.ToString());
        await again.CreateTaskAsync("After the break");
        await tail.WaitForAsync("After the break");
        tail.Interrupt();
        var ended = await tail.EndAsync();

        Assert.Equal(0, ended.ExitCode);
        Assert.All(ended.Errors.TrimEnd().Split('\n'), line => Assert.EndsWith("Trying again.", line, StringComparison.Ordinal));
        var ids = ended.Output.TrimEnd().Split('\n').Select(line => JsonElement.Parse(line).GetProperty("id").GetString()).ToList();
        Assert.Equal(ids.Distinct(StringComparer.Ordinal), ids);
    }

    [Fact]
    public async Task The_audit_trail_tells_who_did_what()
    {
        var task = await Service.CreateTaskAsync("Who was it");
        await Service.EventuallyAsync($"events?subject={task}", read => read.GetProperty("items").GetArrayLength() == 1);

        var text = (await Tool.RunAsync("audit", "--resource", $"task/{task}")).ShouldSucceed();
        var json = await Tool.JsonAsync("audit", "--resource", $"task/{task}", "--action", "task.*");

        Assert.Contains(text.Split('\n'), line => line.Contains("task.created", StringComparison.Ordinal) && line.Contains("token:", StringComparison.Ordinal));
        Assert.Single(json.GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task The_audit_trail_is_exported_and_filtered_by_address()
    {
        var task = await Service.CreateTaskAsync("From here");
        await Service.EventuallyAsync($"events?subject={task}", read => read.GetProperty("items").GetArrayLength() == 1);
        var address = (await Tool.JsonAsync("audit", "--resource", $"task/{task}")).GetProperty("items")[0].GetProperty("address").GetString()!;

        var csv = (await Tool.RunAsync("audit", "--resource", $"task/{task}", "--address", address, "--format", "csv")).ShouldSucceed();
        var ndjson = (await Tool.RunAsync("audit", "--resource", $"task/{task}", "--format", "ndjson")).ShouldSucceed();
        var none = (await Tool.RunAsync("audit", "--address", "192.0.2.1", "--format", "ndjson")).ShouldSucceed();

        Assert.StartsWith("id,action,", csv, StringComparison.Ordinal);
        Assert.Equal(2, csv.TrimEnd().Split('\n').Length);
        Assert.Equal(task, JsonElement.Parse(Assert.Single(ndjson.TrimEnd().Split('\n'))).GetProperty("resourceId").GetGuid());
        Assert.Empty(none);
        Assert.Contains("--limit", (await Tool.RunAsync("audit", "--format", "csv", "--limit", "5")).ShouldFail(2), StringComparison.Ordinal);
        Assert.Contains("address", (await Tool.RunAsync("audit", "--address", "nonsense")).ShouldFail(1), StringComparison.Ordinal);
    }
}
