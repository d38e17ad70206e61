using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.Extensions.DependencyInjection;
using TaskManagement.Application.Analytics;
using TaskManagement.Application.Operations;
using TaskManagement.Application.Tasks;
using TaskManagement.Domain.Projects;
using TaskManagement.Domain.Projects.Events;
using TaskManagement.Domain.Tasks;
using TaskManagement.Domain.Tasks.Events;
using TaskManagement.Domain.Webhooks.Events;
using TaskManagement.Infrastructure.EventLog;
using TaskManagement.Infrastructure.IntegrationTests.Support;
using TaskManagement.Infrastructure.Persistence;
using TaskManagement.TestSupport;

namespace TaskManagement.Infrastructure.IntegrationTests.Operations;

public abstract class VerifyingTheStore(DatabaseKind database) : DatabaseTest(database)
{
    private const string Projection = "count-tasks";
    private const string OfOps = "project_id = (SELECT id FROM projects WHERE \"key\" = 'OPS')";

    [Fact]
    public async Task Of_an_empty_database_there_is_nothing_to_say()
    {
        await using var host = await StartAsync();

        var verified = await host.SendAsync(new VerifyStore());

        Assert.True(verified is { Consistent: true, LastPosition: null, Events: 0, DifferencesFound: 0, Truncated: false });
        Assert.Empty(verified.Differences);
        Assert.Equal([new("project", 0), new("task", 0), new("team", 0), new("webhook", 0)], verified.Aggregates);
        Assert.Equal([new("alerts", null, 0, 0), new(Projection, null, 0, 0)], verified.Projections);
    }

    [Fact]
    public async Task Whatever_was_done_the_tables_are_what_the_log_says()
    {
        await using var host = await LiveAsync();

        var verified = await host.SendAsync(new VerifyStore());

        Assert.Empty(verified.Differences.Select(difference => difference.Detail));
        Assert.True(verified.Consistent);
        var events = await host.EventsAsync();
        Assert.Equal((events.Count, $"{events.Count}"), (verified.Events, verified.LastPosition));
        Assert.Equal([new("project", 3), new("task", await host.ReadAsync(db => db.Tasks.CountAsync())), new("team", 1), new("webhook", 2)], verified.Aggregates);
        var projection = Assert.Single(verified.Projections, projection => projection.Subscription == Projection);
        Assert.Equal(0, projection.LeftOut);
        Assert.InRange(projection.Events, 10, events.Count);

        // Otherwise there is an event of which this test says nothing.
        string[] ofAggregates = [typeof(TaskCreated).Namespace!, typeof(ProjectCreated).Namespace!, typeof(WebhookCreated).Namespace!];
        var known = host.Services.GetRequiredService<EventTypes>().All.Where(type => ofAggregates.Contains(type.Key.Namespace)).Select(type => type.Value.Name);
        Assert.Empty(known.Except(events.Select(record => record.Type)));
    }

    [Fact]
    public async Task Whatever_is_done_at_random_the_tables_are_what_the_log_says()
    {
        await using var host = await StartAsync();
        for (var seed = 1; seed <= 5; seed++)
        {
            await Lives.LiveAtRandomAsync(host, seed, steps: 60);
            await host.AssertLogIsCompleteAsync();
        }
    }

    [Fact]
    public async Task A_column_that_was_tampered_with_is_found_and_named()
    {
        await using var host = await LiveAsync();
        var model = await host.ReadAsync(db => Task.FromResult(db.Model));
        Type[] tables = [typeof(TaskItem), typeof(Project), typeof(TaskCounter), typeof(TaskLabel), typeof(TaskComment), typeof(Team), typeof(TeamMember), typeof(AnalyticsTask), typeof(AnalyticsDay)];
        var columns = model.GetEntityTypes().Where(type => tables.Contains(type.ClrType)).SelectMany(type => type.GetProperties()).Where(column => !IsReferredTo(column)).ToList();

        Assert.InRange(columns.Count, 50, 90);
        foreach (var column in columns)
        {
            var name = $"{column.DeclaringType.GetTableName()}.{column.GetColumnName()}";
            await host.WhileTamperedAsync(column, RowOf(column), Tampering.Other(column, Database), async () =>
            {
                var verified = await host.SendAsync(new VerifyStore());
                Assert.False(verified.Consistent, name);
                // A key that has another value makes one row of another; all other columns are named.
                if (column.IsPrimaryKey())
                    Assert.Equal([DifferenceKind.MissingRow, DifferenceKind.UnexpectedRow], verified.Differences.Select(difference => difference.Kind).Order());
                else
                    Assert.Equal((DifferenceKind.Value, Plain(column.GetColumnName())), (Assert.Single(verified.Differences).Kind, Plain(verified.Differences[0].Field!)));
            });
            Assert.True((await host.SendAsync(new VerifyStore())).Consistent, name);
        }

        // Rows of other tables hold on to it; what becomes of rows as a whole is seen below.
        static bool IsReferredTo(IProperty column) => column.GetColumnName() == "id" && column.DeclaringType.ClrType != typeof(AnalyticsTask) && column.DeclaringType.ClrType != typeof(TaskComment)
            || column is { Name: "TaskId" } || column is { Name: "ProjectId", DeclaringType.ClrType: var type } && (type == typeof(Team) || type == typeof(TeamMember)) || column.DeclaringType.ClrType == typeof(TaskCounter) && column.IsPrimaryKey();
        static string Plain(string name) => name.Replace("_", "", StringComparison.Ordinal).ToUpperInvariant();
    }

    [Fact]
    public async Task The_difference_says_what_is_stored_and_what_the_log_says()
    {
        await using var host = await StartAsync();
        var task = await host.CreateTaskAsync("As it was");
        await host.ExecuteAsync("UPDATE tasks SET title = 'Forged'");

        var difference = Assert.Single((await host.SendAsync(new VerifyStore())).Differences);

        Assert.Equal(
            new(DifferenceKind.Value, $"task {task}", "title", "Forged", "As it was", $"title of task {task} is Forged, and by the log As it was."), difference);
    }

    [Fact]
    public async Task Of_long_texts_the_part_is_shown_in_which_they_differ()
    {
        await using var host = await StartAsync();
        var text = new string('x', 1000);
        await host.SendAsync(new CreateTask("Task", Description: text + "one" + text));
        await host.ReadAsync(db => db.Tasks.ExecuteUpdateAsync(set => set.SetProperty(task => task.Description, text + "two" + text)));

        var difference = Assert.Single((await host.SendAsync(new VerifyStore())).Differences);

        Assert.StartsWith($"…{new string('x', 20)}two", difference.Stored, StringComparison.Ordinal);
        Assert.StartsWith($"…{new string('x', 20)}one", difference.ByLog, StringComparison.Ordinal);
        Assert.InRange(difference.Stored!.Length, 100, 250);
    }

    [Fact]
    public async Task Rows_that_are_gone_and_rows_that_came_from_nowhere_are_found()
    {
        await using var host = await LiveAsync();
        await host.ExecuteAsync("UPDATE tasks SET project_id = NULL");
        await host.ExecuteAsync("DELETE FROM task_counters");
        await host.ExecuteAsync("DELETE FROM team_members");
        await host.ExecuteAsync("DELETE FROM teams");
        await host.ExecuteAsync("DELETE FROM projects");
        await host.ExecuteAsync($"DELETE FROM tasks WHERE title = '{Lives.FullTitle}'");
        var stranger = TestHostSteps.NewTask("From nowhere");
        await host.ReadAsync(db => db.Database.ExecuteSqlAsync(
            $"INSERT INTO tasks (id, title, status, priority, due_order, version, created_at, created_by, updated_at, updated_by) SELECT {stranger.Id.Value}, title, status, priority, due_order, version, created_at, created_by, updated_at, updated_by FROM tasks WHERE title = 'Gone'"));

        var differences = (await host.SendAsync(new VerifyStore())).Differences;

        Assert.Equal([$"task {stranger.Id}"], differences.Where(difference => difference.Kind == DifferenceKind.UnexpectedRow).Select(difference => difference.Subject));
        Assert.Equal(
            ["project", "project", "project", "task", "team", "the counter", "the counter", "the counter"],
            differences.Where(difference => difference.Kind == DifferenceKind.MissingRow).Select(difference => difference.Subject.Split(" of ")[0].Split(" 0")[0]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Comments_that_are_gone_and_comments_that_came_from_nowhere_are_found()
    {
        await using var host = await StartAsync();
        var task = await host.CreateTaskAsync();
        var comment = await host.SendAsync(new CommentOnTask(task, "Why?"));
        var stranger = CommentId.New();
        await host.ReadAsync(db => db.TaskComments.ExecuteUpdateAsync(set => set.SetProperty(row => row.Id, stranger)));

        var differences = (await host.SendAsync(new VerifyStore())).Differences;

        Assert.Equal(
            [(DifferenceKind.MissingRow, $"comment {comment.Id}"), (DifferenceKind.UnexpectedRow, $"comment {stranger}")],
            differences.Select(difference => (difference.Kind, difference.Subject)).Order());
    }

    [Fact]
    public async Task A_row_that_can_not_be_read_hides_no_other()
    {
        await using var host = await StartAsync();
        var (broken, forged) = (await host.CreateTaskAsync("Broken"), await host.CreateTaskAsync("Forged"));
        await host.ExecuteAsync("UPDATE tasks SET status = 'no such' WHERE title = 'Broken'");
        await host.ExecuteAsync("UPDATE tasks SET priority = 3 WHERE title = 'Forged'");

        var differences = (await host.SendAsync(new VerifyStore())).Differences;

        Assert.Equal(
            [(DifferenceKind.Value, $"task {forged}"), (DifferenceKind.UnreadableRow, $"task {broken}")],
            differences.Select(difference => (difference.Kind, difference.Subject)).Order());
    }

    [Fact]
    public async Task Events_that_are_gone_are_missed()
    {
        await using var host = await StartAsync();
        var (task, other) = (await host.CreateTaskAsync(), await host.CreateTaskAsync());
        foreach (var id in (TaskId[])[task, other])
        {
            await host.SendAsync(new StartTask(id));
            await host.SendAsync(new CompleteTask(id));
        }

        await host.NumberEventsAsync();
        var last = (await host.EventsAsync())[^1];
        await host.ReadAsync(db => db.EventLog.Where(record => record.StreamId == task.Value && record.StreamVersion == 2 || record.Id == last.Id).ExecuteDeleteAsync());

        var differences = (await host.SendAsync(new VerifyStore())).Differences;

        Assert.Equal(
            [(DifferenceKind.MissingEvents, $"task {task}", null), (DifferenceKind.MissingPositions, "the log", null)],
            differences.Where(difference => difference.Kind != DifferenceKind.Value).Select(difference => (difference.Kind, difference.Subject, difference.Field)).Order());
        // Nothing is missing of a stream that ends early, but the task has come farther.
        Assert.Equal(
            ["completed_at", "version"],
            differences.Where(difference => difference.Subject == $"task {other}").Select(difference => difference.Field).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("type", "'task.unknown'", "task.unknown")]
    [InlineData("type", "'project.restored'", "not of that shape")]
    [InlineData("type", "'subscription.resumed'", "not of that shape")]
    [InlineData("type_version", "99", "newer than version")]
    [InlineData("payload", "'{}'", "not of that shape")]
    [InlineData("payload", "'no JSON'", "not of that shape")]
    public async Task An_event_that_can_not_be_read_is_a_difference(string column, string value, string why)
    {
        await using var host = await StartAsync();
        var (task, other) = (await host.CreateTaskAsync(), await host.CreateTaskAsync("Forged"));
        await host.SendAsync(new StartTask(task));
        await host.ExecuteAsync("UPDATE tasks SET priority = 3 WHERE title = 'Forged'");
        await host.ExecuteAsync($"UPDATE event_log SET {column} = {value} WHERE type = 'task.status_changed'");

        var differences = (await host.SendAsync(new VerifyStore())).Differences;

        var unreadable = Assert.Single(differences, difference => difference.Kind == DifferenceKind.UnreadableEvent);
        Assert.Equal($"task {task}", unreadable.Subject);
        Assert.StartsWith($"Event 2 of task {task} can't be read: ", unreadable.Detail, StringComparison.Ordinal);
        Assert.Contains(why, unreadable.Detail, StringComparison.Ordinal);
        Assert.Equal([(DifferenceKind.Value, $"task {other}")], differences.Where(difference => difference != unreadable).Select(difference => (difference.Kind, difference.Subject)));
    }

    [Fact]
    public async Task An_event_of_another_aggregate_is_no_part_of_a_task()
    {
        await using var host = await StartAsync();
        var task = await host.CreateTaskAsync();
        await host.SendAsync(new StartTask(task));
        await host.ExecuteAsync($$"""UPDATE event_log SET type = 'project.restored', payload = '{"projectId":"{{task}}","name":"x"}' WHERE type = 'task.status_changed'""");

        var difference = Assert.Single((await host.SendAsync(new VerifyStore())).Differences);

        Assert.Equal(DifferenceKind.UnreadableEvent, difference.Kind);
        Assert.Contains("TaskItem.Apply has no case for ProjectRestored", difference.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("payload = REPLACE(payload, 'As it was', 'Forged')", "title")]
    [InlineData("actor = 'user:someone'", "created_by", "updated_by")]
    public async Task What_was_changed_in_the_log_is_found_too(string change, params string[] fields)
    {
        await using var host = await StartAsync();
        await host.CreateTaskAsync("As it was");
        await host.ExecuteAsync($"UPDATE event_log SET {change}");

        Assert.Equal(fields, (await host.SendAsync(new VerifyStore())).Differences.Select(difference => difference.Field).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Positions_that_do_not_follow_versions_are_found()
    {
        if (Database == DatabaseKind.Sqlite)
            Assert.Skip("In SQLite the position is the id.");
        await using var host = await StartAsync();
        var task = await host.CreateTaskAsync();
        await host.SendAsync(new StartTask(task));
        await host.NumberEventsAsync();
        await host.ExecuteAsync("UPDATE event_log SET position = 9 WHERE position = 1");
        await host.ExecuteAsync("UPDATE event_log SET position = 1 WHERE position = 2");
        await host.ExecuteAsync("UPDATE event_log SET position = 2 WHERE position = 9");

        Assert.Equal(
            (DifferenceKind.WrongOrder, $"task {task}"),
            (await host.SendAsync(new VerifyStore())).Differences.Select(difference => (difference.Kind, difference.Subject)).Single());
    }

    // The rules of clocks change, and a time is not wrong for that it was reckoned by those of its day.
    [Fact]
    public async Task A_due_time_that_was_reckoned_by_other_rules_of_clocks_is_no_difference()
    {
        await using var host = await LiveAsync();
        var full = host.ReadAsync(db => db.Tasks.AsNoTracking().SingleAsync(task => task.Title == Lives.FullTitle));
        var earlier = (await full).DueAt!.Value.AddHours(-1);
        await host.ReadAsync(db => db.Tasks.Where(task => task.Title == Lives.FullTitle)
            .ExecuteUpdateAsync(set => set.SetProperty(task => task.DueAt, earlier).SetProperty(task => task.DueOrder, earlier)));

        await host.AssertLogIsCompleteAsync();
    }

    [Fact]
    public async Task There_are_more_rows_than_one_page_more_events_than_one_chunk_and_more_differences_than_are_listed()
    {
        const int many = 1203;
        await using var host = await StartAsync();
        await host.InUnitOfWorkAsync(services =>
        {
            var db = services.GetRequiredService<TaskManagementDbContext>();
            var tasks = Enumerable.Range(0, many).Select(_ => TestHostSteps.NewTask()).ToList();
            for (var i = 0; i < 2500; i++)
                tasks[many / 2].Prioritize((TaskPriority)(1 + i % 2), TestHostSteps.Stamp);
            db.Tasks.AddRange(tasks);
            return Task.CompletedTask;
        });

        var complete = await host.SendAsync(new VerifyStore());
        await host.ReadAsync(db => db.Tasks.ExecuteUpdateAsync(set => set.SetProperty(task => task.Title, "Forged")));
        var forged = await host.SendAsync(new VerifyStore());
        await host.ReadAsync(db => db.Tasks.ExecuteDeleteAsync());
        var gone = await host.SendAsync(new VerifyStore());

        Assert.Empty(complete.Differences);
        Assert.Equal(many + 2500, complete.Events);
        Assert.Equal(many, complete.Aggregates.Single(aggregates => aggregates.Type == "task").Compared);
        Assert.All([forged, gone], verified =>
        {
            Assert.True(verified is { Consistent: false, Truncated: true, DifferencesFound: many });
            Assert.Equal(VerificationDto.MostListed, verified.Differences.Count);
            Assert.Distinct(verified.Differences.Select(difference => difference.Subject));
        });
        Assert.All(gone.Differences, difference => Assert.Equal(DifferenceKind.MissingRow, difference.Kind));
    }

    private static string RowOf(IProperty column) => (column.DeclaringType.GetTableName(), column.GetColumnName()) switch
    {
        ("tasks", "title") => "\"key\" = 'OPS-1'",
        ("tasks", _) => $"title = '{Lives.FullTitle}'",
        ("projects", "key") => "name = 'Operations'",
        ("projects", _) => "\"key\" = 'OPS'",
        ("task_labels", "name") => "\"key\" = 'GARDEN'",
        ("task_labels", _) => "name = 'garden'",
        ("task_comments", _) => "id IS NOT NULL",
        ("team_members", "joined_at") => "role = 'owner'",
        ("team_members", _) => "joined_at IS NOT NULL",
        ("analytics_tasks", _) => $"id = (SELECT id FROM tasks WHERE title = '{Lives.FullTitle}')",
        ("analytics_days", _) => $"person_id = '{Lives.Ann.ToString().ToUpperInvariant()}' AND {OfOps}",
        _ => OfOps,
    };

    /// <summary>Every command there was, and every event delivered.</summary>
    private async Task<TestHost> LiveAsync()
    {
        var host = await StartAsync();
        await using var engine = await Engine.StartAsync(host);
        await Lives.LiveAsync(host);
        await engine.CaughtUpAsync(Projection);
        return host;
    }
}

public sealed class VerifyingTheStoreOnSqlite() : VerifyingTheStore(DatabaseKind.Sqlite);

public sealed class VerifyingTheStoreOnPostgreSql() : VerifyingTheStore(DatabaseKind.PostgreSql);

public sealed class VerifyingTheStoreOnSqlServer() : VerifyingTheStore(DatabaseKind.SqlServer);
