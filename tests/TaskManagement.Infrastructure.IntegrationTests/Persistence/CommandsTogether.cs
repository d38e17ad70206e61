using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using TaskManagement.Application.Common;
using TaskManagement.Application.Tasks;
using TaskManagement.Domain.Tasks.Events;
using TaskManagement.Infrastructure.IntegrationTests.Dispatch;
using TaskManagement.Infrastructure.IntegrationTests.Support;
using TaskManagement.Infrastructure.Persistence;
using TaskManagement.TestSupport;

namespace TaskManagement.Infrastructure.IntegrationTests.Persistence;

/// <summary>Commands that wait for each other on SQLite, and are committed by one transaction.</summary>
public sealed class CommandsTogether() : DatabaseTest(DatabaseKind.Sqlite)
{
    private readonly TaskCompletionSource _isFirstRunning = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _mayFirstEnd = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What the handler does in the transaction of a task, by its title.</summary>
    private readonly Dictionary<string, Func<TaskManagementDbContext, Task>> _doing = [];

    [Fact]
    public async Task None_is_answered_before_the_commit_that_makes_all_of_them_durable()
    {
        await using var host = await StartAsync(HandleCreation);

        var sent = await SendWhileFirstRunsAsync(host, "second", "third", "fourth");
        await sent[0];

        Assert.Equal(["first", "fourth", "second", "third"], await TitlesAsync(host));
        await Task.WhenAll(sent);
        await host.AssertLogIsCompleteAsync();
    }

    [Fact]
    public async Task What_one_that_fails_had_written_is_undone_and_the_others_are_kept()
    {
        await using var host = await StartAsync(HandleCreation);
        _doing["failing"] = async db =>
        {
            await db.Database.ExecuteSqlRawAsync("UPDATE tasks SET title = 'spoiled'");
            throw new HandlerFailedException();
        };

        var sent = await SendWhileFirstRunsAsync(host, "second", "failing", "fourth");

        await Assert.ThrowsAsync<HandlerFailedException>(() => sent[2]);
        await Task.WhenAll(sent[0], sent[1], sent[3]);
        Assert.Equal(["first", "fourth", "second"], await TitlesAsync(host));
        await host.AssertLogIsCompleteAsync();
    }

    [Fact]
    public async Task If_the_commit_fails_nothing_is_kept_all_are_told_and_the_next_go_on()
    {
        await using var host = await StartAsync(HandleCreation);
        // Looked at by the commit and not before.
        _doing["orphan"] = async db =>
        {
            await db.Database.ExecuteSqlRawAsync("PRAGMA defer_foreign_keys = ON");
            await db.Database.ExecuteSqlRawAsync("INSERT INTO task_labels (task_id, key, name) VALUES ('00000000-0000-0000-0000-000000000001', 'A', 'a')");
        };

        var sent = await SendWhileFirstRunsAsync(host, "second", "orphan", "fourth");

        foreach (var command in sent)
            await Assert.ThrowsAsync<SqliteException>(() => command);
        Assert.Empty(await TitlesAsync(host));
        await host.SendAsync(new CreateTask("next"));
        Assert.Equal(["next"], await TitlesAsync(host));
        await host.AssertLogIsCompleteAsync();
    }

    [Fact]
    public async Task When_the_file_is_full_just_those_that_are_answered_are_kept()
    {
        await using var host = await StartAsync(HandleCreation);
        _doing["full"] = db => db.Database.ExecuteSqlRawAsync("PRAGMA max_page_count = 1");
        _doing["spacious"] = db => db.Database.ExecuteSqlRawAsync("PRAGMA max_page_count = 1000000");
        var large = new string('x', 60_000);

        var sent = await SendWhileFirstRunsAsync(host, "second", "full");
        sent = [.. sent, .. Enumerable.Range(0, 8).Select(i => SendAsync(host, new CreateTask($"large {i}", Description: large)))];

        var kept = new List<string>();
        foreach (var command in sent)
        {
            try
            {
                kept.Add(await command);
            }
            catch (Exception exception) when (host.Services.GetRequiredService<IDatabaseFaults>().IsUnavailable(exception))
            {
                // The caller is told to try again.
            }
        }

        Assert.InRange(kept.Count, 0, sent.Length - 1);
        Assert.Equal(kept.Order(StringComparer.Ordinal), await TitlesAsync(host));
        await host.AssertLogIsCompleteAsync();
        await SendAsync(host, new CreateTask("spacious"));
        await SendAsync(host, new CreateTask("large", Description: large));
    }

    [Fact]
    public async Task The_connection_of_their_transaction_is_set_up_to_lose_nothing()
    {
        var synchronous = -1L;
        await using var host = await StartAsync(HandleCreation);
        _doing["looking"] = async db => synchronous = (await db.Database.SqlQueryRaw<long>("PRAGMA synchronous").ToListAsync()).Single();

        await SendAsync(host, new CreateTask("looking"));

        Assert.Equal(2, synchronous);
    }

    private static async Task<string> SendAsync(TestHost host, CreateTask command) => (await host.SendAsync(command)).Title;

    private static Task<List<string>> TitlesAsync(TestHost host) => host.ReadAsync(async db => (await db.Tasks.Select(task => task.Title).ToListAsync()).Order(StringComparer.Ordinal).ToList());

    private void HandleCreation(IServiceCollection services) => services.On<TaskCreated>(async (created, scope) =>
    {
        if (created.Title == "first")
        {
            _isFirstRunning.SetResult();
            await _mayFirstEnd.Task;
        }
        else if (_doing.TryGetValue(created.Title, out var work))
        {
            await work(scope.GetRequiredService<TaskManagementDbContext>());
        }
    });

    /// <summary>Sends commands that wait for the first, which then ends. Until they wait they do nothing that takes time.</summary>
    private async Task<Task<string>[]> SendWhileFirstRunsAsync(TestHost host, params string[] titles)
    {
        var first = SendAsync(host, new CreateTask("first"));
        await _isFirstRunning.Task;
        Task<string>[] sent = [first, .. titles.Select(title => SendAsync(host, new CreateTask(title)))];
        _mayFirstEnd.SetResult();
        return sent;
    }
}
