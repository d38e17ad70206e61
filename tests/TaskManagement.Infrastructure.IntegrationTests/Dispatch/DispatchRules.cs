using System.Diagnostics;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using TaskManagement.Application.Common.Telemetry;
using TaskManagement.Application.Projects;
using TaskManagement.Application.Tasks;
using TaskManagement.Domain.Common;
using TaskManagement.Domain.Projects;
using TaskManagement.Domain.Projects.Events;
using TaskManagement.Domain.Tasks;
using TaskManagement.Domain.Tasks.Events;
using TaskManagement.Infrastructure.IntegrationTests.Support;
using TaskManagement.Infrastructure.Persistence;
using TaskManagement.Infrastructure.Persistence.Providers;
using TaskManagement.TestSupport;

namespace TaskManagement.Infrastructure.IntegrationTests.Dispatch;

/// <summary>The ten rules of dispatch inside the unit of work.</summary>
public abstract class DispatchRules(DatabaseKind database) : DatabaseTest(database)
{
    [Fact]
    public async Task Rule1_Events_that_handlers_raise_are_logged_in_the_same_transaction_with_the_event_that_caused_them()
    {
        await using var host = await StartAsync(services => services
            .On<TaskCreated>(async (created, scope) =>
                (await scope.TaskAsync(created.TaskId)).Describe(TaskTitle.From("Renamed"), null, TestHostSteps.Stamp))
            .On<TaskDetailsChanged>(async (changed, scope) =>
                (await scope.TaskAsync(changed.TaskId)).Prioritize(TaskPriority.High, TestHostSteps.Stamp)));
        var project = await host.CreateProjectAsync();

        var answer = await host.SendAsync(new CreateTask("Original", ProjectId: project.Value));

        var events = await host.EventsOfAsync(answer.Id);
        var (created, numbered, renamed, prioritized) = (events[0], events[1], events[2], events[3]);
        Assert.Equal(["task.created", "task.numbered", "task.details_changed", "task.prioritized"], events.Select(record => record.Type));
        Assert.Equal([1L, 2, 3, 4], events.Select(record => record.StreamVersion));
        Assert.Equal(created.EventId, numbered.CausationId);
        Assert.Equal(created.EventId, renamed.CausationId);
        Assert.Equal(renamed.EventId, prioritized.CausationId);
        Assert.DoesNotContain(created.CausationId, events.Select(record => record.EventId));
        Assert.Equal(("Renamed", TaskPriority.High, "OPS-1", 4L), (answer.Title, answer.Priority, answer.Key, answer.Version));
        await host.AssertLogIsCompleteAsync();
    }

    [Fact]
    public async Task Rule1_Events_are_published_in_the_order_in_which_they_were_raised_across_aggregates()
    {
        List<string> published = [];
        await using var host = await StartAsync(services => services
            .On<ProjectRenamed>(async (_, scope) =>
            {
                var tasks = await scope.GetRequiredService<TaskManagementDbContext>().Tasks.OrderBy(task => task.Title).ToListAsync();
                tasks[1].Prioritize(TaskPriority.Low, TestHostSteps.Stamp);
                tasks[0].Prioritize(TaskPriority.Low, TestHostSteps.Stamp);
                tasks[1].Prioritize(TaskPriority.High, TestHostSteps.Stamp);
                tasks[0].Prioritize(TaskPriority.High, TestHostSteps.Stamp);
            })
            .On<TaskPrioritized>(async (prioritized, scope) => published.Add($"{(await scope.TaskAsync(prioritized.TaskId)).Title} {prioritized.After}")));
        await host.CreateTaskAsync("A");
        await host.CreateTaskAsync("B");

        await RenameAsync(host, await host.CreateProjectAsync());

        Assert.Equal(["B Low", "A Low", "B High", "A High"], published);
    }

    [Fact]
    public async Task Rule1_Events_of_a_removed_aggregate_are_dispatched()
    {
        var handled = 0;
        await using var host = await StartAsync(services => services.On<TaskDeleted>((_, _) => Task.FromResult(handled++)));
        var id = await host.CreateTaskAsync();

        await host.InTransactionAsync(async db =>
        {
            var task = await db.Tasks.SingleAsync();
            task.Delete(null, TestHostSteps.Stamp);
            db.Remove(task);
            await db.SaveChangesAsync();
            await db.Database.CommitTransactionAsync();
        });

        Assert.Equal(1, handled);
        Assert.False(await host.ReadAsync(db => db.Tasks.AnyAsync()));
        Assert.Equal(["task.created", "task.deleted"], (await host.EventsOfAsync(id.Value)).Select(record => record.Type));
    }

    [Fact]
    public async Task Rule1_The_callers_cancellation_reaches_handlers_and_keeps_nothing()
    {
        using var caller = new CancellationTokenSource();
        await using var host = await StartAsync(services => services.On<TaskCreated>(async (_, _, token) =>
        {
            await caller.CancelAsync();
            token.ThrowIfCancellationRequested();
        }));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => host.SendAsync(new CreateTask("Task"), cancellationToken: caller.Token));

        await host.AssertNothingIsKeptAsync();
    }

    [Fact]
    public async Task Rule2_Handlers_that_raise_events_for_ever_are_stopped_with_the_chain_of_events()
    {
        var runs = 0;
        await using var host = await StartAsync(services => services.On<TaskPrioritized>(async (prioritized, scope) =>
        {
            runs++;
            (await scope.TaskAsync(prioritized.TaskId)).Prioritize(prioritized.Before, TestHostSteps.Stamp);
        }));
        var id = await host.CreateTaskAsync();

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => host.SendAsync(Prioritized(id)));

        Assert.Contains("TaskPrioritized → TaskPrioritized → TaskPrioritized", error.Message, StringComparison.Ordinal);
        Assert.Equal(32, runs);
        Assert.Equal(1, (await host.LoadAsync(id)).Version);
        await host.AssertLogIsCompleteAsync();
    }

    [Fact]
    public async Task Rule2_The_limit_of_rounds_can_be_set()
    {
        var runs = 0;
        await using var host = await StartAsync(
            services => services.On<TaskPrioritized>(async (prioritized, scope) =>
            {
                if (++runs < 3)
                    (await scope.TaskAsync(prioritized.TaskId)).Prioritize(prioritized.Before, TestHostSteps.Stamp);
            }),
            new(StringComparer.Ordinal) { ["Events:MaxRounds"] = "3" });
        var id = await host.CreateTaskAsync();

        await host.SendAsync(Prioritized(id));

        Assert.Equal(4, (await host.LoadAsync(id)).Version);
    }

    [Fact]
    public async Task Rule3_Events_outside_a_transaction_are_refused_with_what_to_do()
    {
        await using var host = await StartAsync();

        var error = await host.InScopeAsync(services =>
        {
            var db = services.GetRequiredService<TaskManagementDbContext>();
            db.Tasks.Add(TestHostSteps.NewTask());
            return Assert.ThrowsAsync<InvalidOperationException>(() => db.SaveChangesAsync());
        });

        Assert.Contains("begin a transaction before SaveChangesAsync", error.Message, StringComparison.Ordinal);
        await host.AssertNothingIsKeptAsync();
    }

    [Fact]
    public async Task Rule3_Bulk_updates_and_raw_statements_of_handlers_roll_back_with_the_rest()
    {
        await using var host = await StartAsync(services => services.On<TaskPrioritized>(async (_, scope) =>
        {
            var db = scope.GetRequiredService<TaskManagementDbContext>();
            Assert.Equal(1, await db.Tasks.ExecuteUpdateAsync(set => set.SetProperty(task => task.Title, "Bulk")));
            Assert.Equal(1, await db.Database.ExecuteSqlAsync($"UPDATE tasks SET description = 'Raw'"));
            throw new HandlerFailedException();
        }));
        var id = await host.CreateTaskAsync("Original");

        await Assert.ThrowsAsync<HandlerFailedException>(() => host.SendAsync(Prioritized(id)));

        var task = await host.LoadAsync(id);
        Assert.Equal(("Original", null, TaskPriority.None), (task.Title, task.Description, task.Priority));
    }

    [Fact]
    public async Task Rule4_Rows_that_handlers_add_or_change_are_stamped_too()
    {
        var at = TestHostSteps.Stamp.At.AddDays(1);
        await using var host = await StartAsync(services => services.On<ProjectRenamed>(async (_, scope) =>
        {
            var db = scope.GetRequiredService<TaskManagementDbContext>();
            (await db.Tasks.SingleAsync()).Prioritize(TaskPriority.High, new(new("ignored"), at));
            db.Tasks.Add(TestHostSteps.NewTask("Added"));
        }));
        var changed = await host.CreateTaskAsync("Changed");
        var project = await host.CreateProjectAsync();

        await RenameAsync(host, project, new TestCall { Actor = new("user:renamer") });

        var after = await host.LoadAsync(changed);
        Assert.Equal((2L, "user:tester", "user:renamer", at), (after.Version, after.CreatedBy.Value, after.UpdatedBy.Value, after.UpdatedAt));
        var added = await host.ReadAsync(db => db.Tasks.AsNoTracking().SingleAsync(task => task.Title == "Added"));
        Assert.Equal((1L, "user:renamer", "user:renamer"), (added.Version, added.CreatedBy.Value, added.UpdatedBy.Value));
        Assert.Equal((TestHostSteps.Stamp.At, TestHostSteps.Stamp.At), (added.CreatedAt, added.UpdatedAt));
        await host.AssertLogIsCompleteAsync();
    }

    [Fact]
    public async Task Rule4_A_change_without_an_event_is_refused()
    {
        await using var host = await StartAsync(services => services.On<TaskPrioritized>(async (_, scope) =>
        {
            var db = scope.GetRequiredService<TaskManagementDbContext>();
            db.Entry(await db.Projects.SingleAsync()).Property(project => project.Name).CurrentValue = "Unseen";
        }));
        var project = await host.CreateProjectAsync();
        var id = await host.CreateTaskAsync();

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => host.SendAsync(Prioritized(id)));

        Assert.Contains($"Project {project} was changed without an event", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rule5_If_a_handler_throws_nothing_is_kept()
    {
        await using var host = await StartAsync(services => services
            .On<TaskCreated>((_, scope) =>
            {
                scope.GetRequiredService<IProjectRepository>().Add(
                    Project.Create(ProjectId.New(), ProjectKey.From("OPS"), ProjectName.From("Operations"), TestHostSteps.Stamp));
                return Task.CompletedTask;
            })
            .On<ProjectCreated>((_, _) => throw new HandlerFailedException()));

        await Assert.ThrowsAsync<HandlerFailedException>(() => host.SendAsync(new CreateTask("Task"), new TestCall { IdempotencyKey = "key" }));

        await host.AssertNothingIsKeptAsync();
    }

    [Fact]
    public async Task Rule5_After_a_handler_failed_the_context_saves_nothing_until_it_is_cleared()
    {
        var fails = true;
        await using var host = await StartAsync(services => services.On<TaskCreated>((_, _) => fails ? throw new HandlerFailedException() : Task.CompletedTask));

        await host.InTransactionAsync(async db =>
        {
            db.Tasks.Add(TestHostSteps.NewTask("Lost"));
            await Assert.ThrowsAsync<HandlerFailedException>(() => db.SaveChangesAsync());
            fails = false;
            var error = await Assert.ThrowsAsync<InvalidOperationException>(() => db.SaveChangesAsync());
            Assert.Contains("A handler failed in this unit of work", error.Message, StringComparison.Ordinal);

            db.ChangeTracker.Clear();
            db.Tasks.Add(TestHostSteps.NewTask("Kept"));
            await db.SaveChangesAsync();
            await db.Database.CommitTransactionAsync();
        });

        Assert.Equal("Kept", await host.ReadAsync(db => db.Tasks.Select(task => task.Title).SingleAsync()));
        await host.AssertLogIsCompleteAsync();
    }

    [Theory]
    [InlineData(typeof(SavesAsynchronously))]
    [InlineData(typeof(SavesSynchronously))]
    public async Task Rule6_A_handler_that_saves_gets_an_error_that_names_it(Type handler)
    {
        await using var host = await StartAsync(services => services.AddScoped(typeof(INotificationHandler<TaskCreated>), handler));

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => host.SendAsync(new CreateTask("Task")));

        Assert.StartsWith($"{handler.Name} called SaveChanges while handling TaskCreated.", error.Message, StringComparison.Ordinal);
        await host.AssertNothingIsKeptAsync();
    }

    [Theory]
    [InlineData(ServiceLifetime.Singleton)]
    [InlineData(ServiceLifetime.Scoped)]
    [InlineData(ServiceLifetime.Transient)]
    public async Task Rule6_The_error_names_the_handler_whatever_its_lifetime(ServiceLifetime lifetime)
    {
        await using var host = await StartAsync(services => services.Add(new(typeof(INotificationHandler<TaskCreated>), typeof(SaysWhoIsRunning), lifetime)));

        var said = await Assert.ThrowsAsync<DomainException>(() => host.SendAsync(new CreateTask("Task")));

        Assert.Equal(nameof(SaysWhoIsRunning), said.Message);
    }

    [Fact]
    public async Task Rule6_The_synchronous_save_refuses_to_dispatch()
    {
        var handled = 0;
        await using var host = await StartAsync(services => services.On<TaskCreated>((_, _) => Task.FromResult(handled++)));

        await host.InTransactionAsync(db =>
        {
            db.Tasks.Add(TestHostSteps.NewTask());
            var error = Assert.Throws<InvalidOperationException>(() => db.SaveChanges());
            Assert.Contains("Call SaveChangesAsync", error.Message, StringComparison.Ordinal);
            return Task.CompletedTask;
        });

        Assert.Equal(0, handled);
    }

    [Fact]
    public async Task Rule7_An_event_that_no_one_handles_is_logged()
    {
        await using var host = await StartAsync();
        var id = await host.CreateTaskAsync();

        await host.SendAsync(new StartTask(id));

        Assert.Empty(await host.InScopeAsync(services => Task.FromResult(services.GetServices<INotificationHandler<TaskStatusChanged>>())));
        Assert.Equal(["task.created", "task.status_changed"], (await host.EventsOfAsync(id.Value)).Select(record => record.Type));
    }

    [Theory]
    [InlineData(CommitFault.Before, 2)]
    [InlineData(CommitFault.After, 1)]
    public async Task Rule8_A_command_whose_commit_fails_for_a_moment_takes_effect_exactly_once(CommitFault fault, int expectedRuns)
    {
        var runs = 0;
        var interceptor = new FailingCommit(fault);
        await using var host = await StartAsync(services => services
            .Intercept(interceptor)
            .RetryOnSqlite()
            .On<TaskCreated>((_, _) => Task.FromResult(runs++)));
        var project = await host.CreateProjectAsync();
        interceptor.Arm();

        var answer = await host.SendAsync(new CreateTask("Task", ProjectId: project.Value), new TestCall { IdempotencyKey = "key" });

        Assert.Equal(expectedRuns, runs);
        Assert.Equal("OPS-1", answer.Key);
        Assert.Equal(answer.Id, (await host.ReadAsync(db => db.Tasks.SingleAsync())).Id.Value);
        Assert.Equal(["task.created", "task.numbered"], (await host.EventsOfAsync(answer.Id)).Select(record => record.Type));
        await host.AssertLogIsCompleteAsync();
    }

    [Fact]
    public async Task Rule8_A_save_that_is_tried_again_in_its_transaction_neither_loses_nor_doubles_events()
    {
        var runs = 0;
        await using var host = await StartAsync(services => services
            .Intercept(new FailOnce("event_log", new HandlerFailedException()))
            .On<TaskCreated>(async (created, scope) =>
            {
                runs++;
                (await scope.TaskAsync(created.TaskId)).Prioritize(TaskPriority.High, TestHostSteps.Stamp);
            }));

        await host.InTransactionAsync(async db =>
        {
            db.Tasks.Add(TestHostSteps.NewTask());
            await Assert.ThrowsAsync<DbUpdateException>(() => db.SaveChangesAsync());
            await db.SaveChangesAsync();
            await db.Database.CommitTransactionAsync();
        });

        Assert.Equal(1, runs);
        Assert.Equal(["task.created", "task.prioritized"], (await host.EventsAsync()).Select(record => record.Type));
        await host.AssertLogIsCompleteAsync();
    }

    [Fact]
    public async Task Rule8_A_save_that_is_tried_again_in_another_transaction_is_refused()
    {
        await using var host = await StartAsync(services => services.Intercept(new FailOnce("event_log", new HandlerFailedException())));

        await host.InTransactionAsync(async db =>
        {
            db.Tasks.Add(TestHostSteps.NewTask());
            await Assert.ThrowsAsync<DbUpdateException>(() => db.SaveChangesAsync());
            await db.Database.RollbackTransactionAsync();

            await using var other = await db.Database.BeginTransactionAsync();
            var error = await Assert.ThrowsAsync<InvalidOperationException>(() => db.SaveChangesAsync());
            Assert.Contains("The transaction in which handlers did their work is gone", error.Message, StringComparison.Ordinal);
        });

        await host.AssertNothingIsKeptAsync();
    }

    [Fact]
    public async Task Rule9_Log_positions_follow_the_order_of_raising_for_hundreds_of_events()
    {
        List<(Guid, string)> raised = [];
        await using var host = await StartAsync(services => services.On<ProjectRenamed>((_, scope) =>
        {
            var db = scope.GetRequiredService<TaskManagementDbContext>();
            var tasks = Enumerable.Range(0, 40).Select(_ => TestHostSteps.NewTask()).ToList();
            db.Tasks.AddRange(tasks);
            TaskPriority[] priorities = [TaskPriority.Low, TaskPriority.Medium, TaskPriority.High, TaskPriority.Urgent];
            raised.AddRange(tasks.Select(task => (task.Id.Value, "task.created")));
            // Later aggregates first, so that neither the order of tracking nor that of ids is the order of raising.
            foreach (var (priority, task) in priorities.SelectMany(priority => Enumerable.Reverse(tasks).Select(task => (priority, task))))
            {
                task.Prioritize(priority, TestHostSteps.Stamp);
                raised.Add((task.Id.Value, "task.prioritized"));
            }

            return Task.CompletedTask;
        }));
        var project = await host.CreateProjectAsync();

        await RenameAsync(host, project);

        var logged = (await host.EventsAsync()).Where(record => record.StreamId != project.Value).Select(record => (record.StreamId, record.Type));
        Assert.Equal(200, raised.Count);
        Assert.Equal(raised, logged);
        await host.AssertLogIsCompleteAsync();
    }

    [Fact]
    public async Task Rule9_Of_two_contexts_that_append_the_same_version_one_is_refused()
    {
        await using var host = await StartAsync();
        var id = await host.CreateTaskAsync();

        await host.InScopeAsync(async services =>
        {
            var late = services.GetRequiredService<TaskManagementDbContext>();
            var task = await late.Tasks.SingleAsync();
            await host.SendAsync(Prioritized(id));
            await late.Database.CreateExecutionStrategy().ExecuteAsync(async () =>
            {
                await using var transaction = await late.Database.BeginTransactionAsync();
                task.Describe(TaskTitle.From("Late"), null, TestHostSteps.Stamp);
                await Assert.ThrowsAnyAsync<DbUpdateException>(() => late.SaveChangesAsync());
            });
        });

        Assert.Equal("Task", (await host.LoadAsync(id)).Title);
        await host.AssertLogIsCompleteAsync();
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task Rule9_The_database_itself_refuses_a_second_event_with_the_same_id_or_version(bool sameId, bool sameVersion)
    {
        await using var host = await StartAsync();
        await host.CreateTaskAsync();
        var first = Assert.Single(await host.EventsAsync());

        await host.InScopeAsync(async services =>
        {
            var db = services.GetRequiredService<TaskManagementDbContext>();
            db.EventLog.Add(new()
            {
                EventId = sameId ? first.EventId : Guid.CreateVersion7(),
                StreamType = first.StreamType,
                StreamId = first.StreamId,
                StreamVersion = sameVersion ? first.StreamVersion : first.StreamVersion + 1,
                Type = first.Type,
                TypeVersion = first.TypeVersion,
                Payload = first.Payload,
                Actor = first.Actor,
                CorrelationId = first.CorrelationId,
                CausationId = first.CausationId,
                TraceParent = null,
                CausationDepth = 0,
                OccurredAt = first.OccurredAt,
            });
            var error = await Assert.ThrowsAsync<DbUpdateException>(() => db.SaveChangesAsync());
            Assert.Equal("event_log", services.GetRequiredService<DatabaseProvider>().UniqueViolation(error));
        });
    }

    [Fact]
    public async Task Rule10_Every_handler_runs_in_a_span_and_a_histogram_under_its_own_name()
    {
        using var telemetry = new TelemetryListener();
        await using var host = await StartAsync(services => services.On<TaskNumbered>((_, _) => throw new HandlerFailedException()));
        var project = await host.CreateProjectAsync();

        await Assert.ThrowsAsync<HandlerFailedException>(() => host.SendAsync(new CreateTask("Task", ProjectId: project.Value)));

        Assert.Equal(
            [("NumberTaskInItsProject", "TaskCreated", ActivityStatusCode.Unset), ("Reaction`1", "TaskNumbered", ActivityStatusCode.Error)],
            telemetry.Spans.Where(span => span.GetTagItem("handler") is not null)
                .Select(span => (span.OperationName, (string?)span.GetTagItem("event"), span.Status)));
        Assert.Equal(
            [("NumberTaskInItsProject", "TaskCreated", "success"), ("Reaction`1", "TaskNumbered", "failure")],
            telemetry.HandlerDurations.Select(tags => ((string?)tags["handler"], (string?)tags["event"], (string?)tags["outcome"])));
    }

    private static UpdateTask Prioritized(TaskId id) => new(id, null, new() { Priority = new(TaskPriority.High) });

    private static Task<ProjectDto> RenameAsync(TestHost host, ProjectId project, TestCall? call = null) =>
        host.SendAsync(new RenameProject(project, null, new() { Name = new("Renamed") }), call);

    private sealed class SaysWhoIsRunning : INotificationHandler<TaskCreated>
    {
        public Task Handle(TaskCreated notification, CancellationToken cancellationToken) =>
            throw new DomainException("test.running", RunningHandler.Current?.Name ?? "no one");
    }

    private sealed class SavesAsynchronously(TaskManagementDbContext db) : INotificationHandler<TaskCreated>
    {
        public Task Handle(TaskCreated notification, CancellationToken cancellationToken) => db.SaveChangesAsync(cancellationToken);
    }

    private sealed class SavesSynchronously(TaskManagementDbContext db) : INotificationHandler<TaskCreated>
    {
        public Task Handle(TaskCreated notification, CancellationToken cancellationToken) => Task.FromResult(db.SaveChanges());
    }
}

public sealed class DispatchRulesOnSqlite() : DispatchRules(DatabaseKind.Sqlite);

public sealed class DispatchRulesOnPostgreSql() : DispatchRules(DatabaseKind.PostgreSql);

public sealed class DispatchRulesOnSqlServer() : DispatchRules(DatabaseKind.SqlServer);
