using System.Diagnostics;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using TaskManagement.Application.Common.Telemetry;
using TaskManagement.Application.Tasks;
using TaskManagement.Domain.Common;
using TaskManagement.Domain.Projects.Events;
using TaskManagement.Domain.Tasks;
using TaskManagement.Domain.Tasks.Events;
using TaskManagement.Infrastructure.IntegrationTests.Support;
using TaskManagement.Infrastructure.Persistence;

namespace TaskManagement.Infrastructure.IntegrationTests.Dispatch;

/// <summary>The rules of dispatch on handlers: in which order events reach them, how often, and what they must not do.</summary>
public abstract class DispatchRulesOfHandlers(DatabaseKind database) : DispatchTest(database)
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

public sealed class DispatchRulesOfHandlersOnSqlite() : DispatchRulesOfHandlers(DatabaseKind.Sqlite);

public sealed class DispatchRulesOfHandlersOnPostgreSql() : DispatchRulesOfHandlers(DatabaseKind.PostgreSql);

public sealed class DispatchRulesOfHandlersOnSqlServer() : DispatchRulesOfHandlers(DatabaseKind.SqlServer);
