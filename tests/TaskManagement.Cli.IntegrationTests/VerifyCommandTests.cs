using System.Text.Json;
using Microsoft.Data.Sqlite;
using TaskManagement.Cli.IntegrationTests.Support;

namespace TaskManagement.Cli.IntegrationTests;

public sealed class VerifyCommandTests
{
    [Fact]
    public async Task Whether_the_tables_are_what_the_log_says_is_told_in_words_in_json_and_by_the_exit_code()
    {
        using var folder = new TemporaryFolder();
        await using var service = await ServiceProcess.StartAsync(folder.Path);
        var tool = new CommandLine(service.Address);
        var task = await service.CreateTaskAsync("As it was");
        await service.CaughtUpAsync("count-tasks");

        var well = (await tool.RunAsync("verify")).ShouldSucceed();
        var wellInJson = await tool.JsonAsync("verify");

        Assert.StartsWith("The tables are what the log says.", well, StringComparison.Ordinal);
        Assert.Contains("0 projects, 1 task", well, StringComparison.Ordinal);
        Assert.Contains("count-tasks to position ", well, StringComparison.Ordinal);
        Assert.True(wellInJson.GetProperty("consistent").GetBoolean());

        await TamperAsync(folder.Path);
        var ill = await tool.RunAsync("verify");
        var illInJson = await tool.RunAsync("verify", "--json");

        Assert.Equal((3, ""), (ill.ExitCode, ill.Errors));
        Assert.StartsWith("The tables are not what the log says: 2 differences.", ill.Output, StringComparison.Ordinal);
        Assert.Matches($"(?m)^value +task {task} +title +Forged +As it was *$", ill.Output);
        Assert.Contains(ill.Output.Split('\n'), line => line.Contains("There is no row of count-tasks, task ", StringComparison.Ordinal));
        Assert.Equal(3, illInJson.ExitCode);
        Assert.Equal(2, JsonElement.Parse(illInJson.Output).GetProperty("differences").GetArrayLength());
    }

    private static async Task TamperAsync(string folder)
    {
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(folder, "data", "taskmanagement.db")};Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "UPDATE tasks SET title = 'Forged'; DELETE FROM analytics_tasks;";
        await command.ExecuteNonQueryAsync();
    }
}
