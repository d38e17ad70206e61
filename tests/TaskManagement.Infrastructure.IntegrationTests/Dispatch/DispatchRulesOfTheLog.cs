using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using TaskManagement.Application.Tasks;
using TaskManagement.Domain.Projects.Events;
using TaskManagement.Domain.Tasks;
using TaskManagement.Domain.Tasks.Events;
using TaskManagement.Infrastructure.IntegrationTests.Support;
using TaskManagement.Infrastructure.Persistence;
using TaskManagement.Infrastructure.Persistence.Providers;
using TaskManagement.TestSupport;

namespace TaskManagement.Infrastructure.IntegrationTests.Dispatch;

/// <summary>The rules of dispatch on the log: each event is in it once, in the order in which they were raised.</summary>
public abstract class DispatchRulesOfTheLog(DatabaseKind database) : DispatchTest(database)
{
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
}

public sealed class DispatchRulesOfTheLogOnSqlite() : DispatchRulesOfTheLog(DatabaseKind.Sqlite);

public sealed class DispatchRulesOfTheLogOnPostgreSql() : DispatchRulesOfTheLog(DatabaseKind.PostgreSql);

public sealed class DispatchRulesOfTheLogOnSqlServer() : DispatchRulesOfTheLog(DatabaseKind.SqlServer);
