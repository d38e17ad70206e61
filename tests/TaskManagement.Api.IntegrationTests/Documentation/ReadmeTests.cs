using System.Text.Json;

namespace TaskManagement.Api.IntegrationTests.Documentation;

public sealed class ReadmeTests
{
    [Fact]
    public async Task The_first_session_works_word_for_word()
    {
        using var folder = new TemporaryFolder();
        await using var service = await ServiceProcess.StartBareAsync(folder);
        var commands = string.Concat(Repository.Blocks(Repository.Section("README.md", "A first session"), "sh"));

        var answers = await BashSession.RunAsync(commands, service.Address, service.PrintedToken!);

        Assert.Equal(7, answers.Count);
        var (project, created, started, patched, completed, found, history) =
            (answers[0], answers[1], answers[2], answers[3], answers[4], answers[5], answers[6]);
        Assert.Equal("OPS", Text(project, "key"));
        Assert.Equal("OPS-1", Text(created, "key"));
        Assert.Equal(new DateTime(2026, 12, 1, 16, 0, 0, DateTimeKind.Utc), created.GetProperty("dueAt").GetDateTimeOffset().UtcDateTime);
        Assert.Equal("in_progress", Text(started, "status"));
        Assert.Equal("Renew both certificates", Text(patched, "title"));
        Assert.Null(Text(patched, "due"));
        Assert.Equal("completed", Text(completed, "status"));
        var only = Assert.Single(found.GetProperty("items").EnumerateArray());
        Assert.Equal(Text(created, "id"), Text(only, "id"));
        Assert.Equal("completed", Text(only, "status"));
        Assert.Equal(
            [
                "task.created", "task.numbered", "task.status_changed", "task.details_changed", "task.rescheduled",
                "task.status_changed", "task.completed",
            ],
            history.GetProperty("items").EnumerateArray()
                .Select(happened => Text(happened, "type")!["taskmanagement.".Length..^".v1".Length]));
        Assert.Equal(7, completed.GetProperty("version").GetInt64());
    }

    private static string? Text(JsonElement answer, string member) => answer.GetProperty(member).GetString();
}
