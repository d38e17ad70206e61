using System.Text.Json;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Actions;
using TaskManagement.Application.Common.Json;
using TaskManagement.Application.Projects;
using TaskManagement.Application.Tasks;
using TaskManagement.Domain.Commands.Events;
using TaskManagement.Domain.Common;
using TaskManagement.Domain.Projects.Events;
using TaskManagement.Domain.Tasks;
using TaskManagement.Domain.Tasks.Events;
using TaskManagement.Infrastructure.EventLog;
using TaskManagement.Infrastructure.IntegrationTests.Dispatch;
using TaskManagement.Infrastructure.IntegrationTests.Support;
using TaskManagement.Infrastructure.Persistence;
using TaskManagement.TestSupport;

namespace TaskManagement.Infrastructure.IntegrationTests.UseCases;

/// <summary>What a command that is not carried out leaves behind, and what is told of every command.</summary>
public abstract class FailingCommands(DatabaseKind database) : DatabaseTest(database)
{
    [Fact]
    public async Task A_command_that_is_refused_leaves_a_record_of_who_tried_what_and_nothing_else()
    {
        List<ActionEvent> actions = [];
        await using var host = await StartAsync();
        using var observer = host.Services.GetRequiredService<ActionEvents>().Subscribe("*", actions.Add);
        var id = await host.CreateTaskAsync();

        await Assert.ThrowsAsync<DomainException>(() => host.SendAsync(new CompleteTask(id), new TestCall { Actor = new("user:ann"), CorrelationId = "conversation" }));

        var record = Assert.Single(await FailuresAsync(host));
        Assert.Equal(("command", 1L, "command.failed", "user:ann", "conversation"), (record.StreamType, record.StreamVersion, record.Type, record.Actor.Value, record.CorrelationId));
        var fact = Read<CommandFailed>(record);
        Assert.Equal((record.StreamId, record.CausationId), (fact.CommandId, fact.CommandId));
        Assert.Equal(("CompleteTask", "task.transition_not_allowed", true, 0L), (fact.Command, fact.Code, fact.IsExpected, fact.Suppressed));
        Assert.StartsWith("A task that is pending can't become completed", fact.Detail, StringComparison.Ordinal);
        Assert.Equal((1L, TaskItemStatus.Pending), await StateAsync(host, id));
        Assert.Equal(
            [
                ("create_task.started", null), ("create_task.succeeded", null),
                ("complete_task.started", null), ("complete_task.failed", "task.transition_not_allowed"),
            ],
            actions.Select(action => (action.Name, action.Code)));
        Assert.Equal(fact.CommandId, actions[^1].CommandId);
        Assert.Equal("user:ann", actions[^1].Actor.Value);
        await host.AssertLogIsCompleteAsync();
    }

    [Fact]
    public async Task An_error_that_no_one_expected_is_recorded_by_its_class_without_its_message()
    {
        await using var host = await StartAsync(services => services.On<TaskCreated>((created, _) => throw new HandlerFailedException()));

        await Assert.ThrowsAsync<HandlerFailedException>(() => host.SendAsync(new CreateTask("A secret")));

        var fact = Read<CommandFailed>(Assert.Single(await FailuresAsync(host)));
        Assert.Equal((nameof(HandlerFailedException), null, false), (fact.Code, fact.Detail, fact.IsExpected));
        await host.AssertNothingIsKeptAsync();
    }

    [Fact]
    public async Task A_command_that_is_denied_leaves_a_record_of_its_own_kind()
    {
        List<ActionEvent> actions = [];
        await using var host = await StartAsync(services => services.On<TaskCreated>((_, _) => throw new ForbiddenException("auth.forbidden", "Ann may not create tasks.")));
        using var observer = host.Services.GetRequiredService<ActionEvents>().Subscribe("CreateTask", actions.Add);

        await Assert.ThrowsAsync<ForbiddenException>(() => host.SendAsync(new CreateTask("Task")));

        var record = Assert.Single(await host.EventsAsync());
        Assert.Equal("command.denied", record.Type);
        var fact = Read<CommandDenied>(record);
        Assert.Equal(("CreateTask", "auth.forbidden", "Ann may not create tasks."), (fact.Command, fact.Code, fact.Detail));
        Assert.Equal([ActionPhase.Started, ActionPhase.Denied], actions.Select(action => action.Phase));
    }

    [Fact]
    public async Task Where_nothing_was_attempted_or_the_caller_has_gone_nothing_is_recorded()
    {
        using var gone = new CancellationTokenSource();
        await using var host = await StartAsync(services => services.On<ProjectCreated>(async (_, _, token) =>
        {
            await gone.CancelAsync();
            token.ThrowIfCancellationRequested();
        }));
        var keyed = new TestCall { IdempotencyKey = "key" };
        await host.SendAsync(new CreateTask("Task"), keyed);
        var before = (await host.EventsAsync()).Count;

        await Assert.ThrowsAsync<InvalidRequestException>(() => host.SendAsync(new CreateTask("")));
        await Assert.ThrowsAsync<InvalidRequestException>(() => host.SendAsync(new ListTasks { Limit = 0 }));
        await Assert.ThrowsAsync<NotFoundException>(() => host.SendAsync(new GetTask(TaskId.New())));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => host.SendAsync(new CreateProject("OPS", "Operations"), cancellationToken: gone.Token));
        await host.SendAsync(new CreateTask("Task"), keyed);

        Assert.True(keyed.Replayed);
        Assert.Equal(before, (await host.EventsAsync()).Count);
    }

    [Fact]
    public async Task A_command_that_succeeds_after_conflicts_leaves_none_and_is_told_of_once()
    {
        var conflicts = 2;
        List<ActionEvent> actions = [];
        await using var host = await StartAsync(services => services.On<TaskStatusChanged>((_, _) =>
            conflicts-- > 0 ? throw new DbUpdateConcurrencyException() : Task.CompletedTask));
        var id = await host.CreateTaskAsync();
        using var observer = host.Services.GetRequiredService<ActionEvents>().Subscribe("Start*", actions.Add);

        await host.SendAsync(new StartTask(id));

        Assert.Empty(await FailuresAsync(host));
        Assert.Equal([ActionPhase.Started, ActionPhase.Succeeded], actions.Select(action => action.Phase));
        Assert.Single(actions.Select(action => action.CommandId).Distinct());
    }

    [Fact]
    public async Task A_command_that_only_met_conflicts_is_recorded_once()
    {
        await using var host = await StartAsync(services => services.On<TaskStatusChanged>((_, _) => throw new DbUpdateConcurrencyException()));
        var id = await host.CreateTaskAsync();

        await Assert.ThrowsAsync<ConcurrencyConflictException>(() => host.SendAsync(new StartTask(id)));

        Assert.Equal("request.conflict", Read<CommandFailed>(Assert.Single(await FailuresAsync(host))).Code);
    }

    [Fact]
    public async Task Of_commands_inside_each_other_the_outermost_is_recorded()
    {
        List<ActionEvent> actions = [];
        await using var host = await StartAsync(services => services.On<ProjectRenamed>((_, scope) =>
            scope.GetRequiredService<ISender>().Send(new CompleteTask(TaskId.New()))));
        var project = await host.CreateProjectAsync();
        using var observer = host.Services.GetRequiredService<ActionEvents>().Subscribe("*", actions.Add);

        await Assert.ThrowsAsync<NotFoundException>(() => host.SendAsync(new RenameProject(project, null, new() { Name = new("Renamed") })));

        var fact = Read<CommandFailed>(Assert.Single(await FailuresAsync(host)));
        Assert.Equal(("RenameProject", "task.not_found"), (fact.Command, fact.Code));
        Assert.Equal(
            [("rename_project.started", false), ("complete_task.started", true), ("complete_task.failed", true), ("rename_project.failed", false)],
            actions.Select(action => (action.Name, action.IsNested)));
        Assert.All(actions, action => Assert.Equal(fact.CommandId, action.CommandId));
    }

    [Fact]
    public async Task No_caller_can_flood_the_log_and_the_next_record_says_how_many_there_were()
    {
        var clock = new ManualClock();
        await using var host = await StartAsync(
            services => services.AddSingleton<TimeProvider>(clock), new(StringComparer.Ordinal) { ["Events:FailuresPerMinute"] = "3" });

        await FailAsync(host, times: 10);
        await FailAsync(host, times: 1, new() { Actor = new("user:other") });
        Assert.Equal([0L, 0, 0, 0], (await FailuresAsync(host)).Select(record => Read<CommandFailed>(record).Suppressed));

        clock.Now += TimeSpan.FromMinutes(1);
        await FailAsync(host, times: 1);
        Assert.Equal(7, Read<CommandFailed>((await FailuresAsync(host))[^1]).Suppressed);
    }

    [Fact]
    public async Task A_record_that_can_not_be_written_changes_nothing_about_the_answer_and_is_counted_in_the_next()
    {
        var fails = true;
        var log = new LogOfTest();
        await using var host = await StartAsync(services => services
            .AddSingleton<ILoggerProvider>(log)
            .On<CommandFailed>((_, _) => fails ? throw new HandlerFailedException() : Task.CompletedTask));

        await FailAsync(host, times: 2);
        Assert.Empty(await FailuresAsync(host));
        Assert.Equal(2, log.Named("command_failure_not_recorded").Count());

        fails = false;
        await FailAsync(host, times: 1);
        Assert.Equal(2, Read<CommandFailed>(Assert.Single(await FailuresAsync(host))).Suppressed);
    }

    [Fact]
    public async Task While_the_database_can_not_be_used_no_record_is_tried()
    {
        var log = new LogOfTest();
        await using var host = await StartAsync(services => services
            .AddSingleton<ILoggerProvider>(log)
            .On<TaskCreated>((_, _) => throw new TimeoutException("The connection was lost.")));

        await Assert.ThrowsAnyAsync<Exception>(() => host.SendAsync(new CreateTask("Task")));

        Assert.Empty(await host.EventsAsync());
        Assert.Equal(LogLevel.Warning, Assert.Single(log.Named("command_failure_not_recorded")).Level);
    }

    [Fact]
    public async Task What_an_after_commit_handler_fails_at_is_left_to_the_engine()
    {
        await using var host = await StartAsync();

        await host.InScopeAsync(async services =>
        {
            services.GetRequiredService<CommandScope>().ServeHandler(Guid.CreateVersion7(), depth: 0, "conversation", new("system:mail"));
            await Assert.ThrowsAsync<NotFoundException>(() => services.GetRequiredService<ISender>().Send(new CompleteTask(TaskId.New())));
        });

        Assert.Empty(await host.EventsAsync());
    }

    [Fact]
    public async Task An_observer_that_throws_fails_no_command()
    {
        await using var host = await StartAsync();
        using var observer = host.Services.GetRequiredService<ActionEvents>().Subscribe("*", action => action.IsNested ? default : throw new HandlerFailedException());

        await host.CreateTaskAsync();

        Assert.Equal("task.created", Assert.Single(await host.EventsAsync()).Type);
    }

    [Fact]
    public async Task Every_command_is_logged_under_its_name_with_ids_and_no_contents()
    {
        var log = new LogOfTest();
        await using var host = await StartAsync(services => services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Debug).AddProvider(log)));
        var call = new TestCall { Actor = new("user:ann"), CorrelationId = "conversation" };

        var id = new TaskId((await host.SendAsync(new CreateTask("canary"), call)).Id);
        await Assert.ThrowsAsync<DomainException>(() => host.SendAsync(new CompleteTask(id), call));

        var (started, succeeded, failed) = (log.Named("action_started").First(), log.Named("action_succeeded").First(), log.Named("action_failed").Single());
        Assert.Equal((LogLevel.Debug, "create_task.started"), (started.Level, started.Fields["Action"]));
        Assert.Equal((LogLevel.Debug, "create_task.succeeded"), (succeeded.Level, succeeded.Fields["Action"]));
        Assert.Equal((LogLevel.Information, "complete_task.failed", "task.transition_not_allowed"), (failed.Level, failed.Fields["Action"], failed.Fields["Code"]));
        Assert.All([started, succeeded, failed], entry => Assert.Equal(("user:ann", "conversation"), (entry.Fields["Actor"], entry.Fields["CorrelationId"])));
        Assert.Equal(started.Fields["CommandId"], succeeded.Fields["CommandId"]);
        Assert.Equal(Assert.Single(await FailuresAsync(host)).StreamId, failed.Fields["CommandId"]);
        Assert.DoesNotContain(log.Entries, entry => entry.Category.StartsWith("TaskManagement", StringComparison.Ordinal) && entry.Text.Contains("canary", StringComparison.Ordinal));
    }

    private static async Task FailAsync(TestHost host, int times, TestCall? call = null)
    {
        for (var i = 0; i < times; i++)
            await Assert.ThrowsAsync<NotFoundException>(() => host.SendAsync(new CompleteTask(TaskId.New()), call));
    }

    private static async Task<List<EventRecord>> FailuresAsync(TestHost host) =>
        [.. (await host.EventsAsync()).Where(record => record.StreamType == "command")];

    private static T Read<T>(EventRecord record) => JsonSerializer.Deserialize<T>(record.Payload, AppJson.Options)!;

    private static async Task<(long Version, TaskItemStatus Status)> StateAsync(TestHost host, TaskId id)
    {
        var task = await host.LoadAsync(id);
        return (task.Version, task.Status);
    }
}

public sealed class FailingCommandsOnSqlite() : FailingCommands(DatabaseKind.Sqlite);

public sealed class FailingCommandsOnPostgreSql() : FailingCommands(DatabaseKind.PostgreSql);

public sealed class FailingCommandsOnSqlServer() : FailingCommands(DatabaseKind.SqlServer);
