using MediatR;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Application.Projects;
using TaskManagement.Application.Tasks;
using TaskManagement.Application.Workflow.Reactions;
using TaskManagement.Domain.Tasks;
using TaskManagement.Domain.Tasks.Events;
using TaskManagement.Infrastructure.EventLog;
using TaskManagement.Infrastructure.IntegrationTests.Support;
using TaskManagement.Infrastructure.Persistence;
using TaskManagement.TestSupport;

namespace TaskManagement.Infrastructure.IntegrationTests.Workflow;

public abstract class FollowingUp(DatabaseKind database) : DatabaseTest(database)
{
    private const string Subscription = "create-follow-up-task";

    [Fact]
    public async Task A_completed_task_with_the_label_is_followed_by_another()
    {
        await using var host = await StartAsync();
        await using var engine = await Engine.StartAsync(host);
        var project = await host.CreateProjectAsync();
        var person = Guid.CreateVersion7();

        var task = await CompleteAsync(host, new("Renew", Labels: ["follow-up:10d", "home"], AssigneeId: person, ProjectId: project.Value));
        await engine.CaughtUpAsync(Subscription);

        var next = await host.ReadAsync(db => db.Tasks.AsNoTracking().SingleAsync(other => other.Id != task));
        Assert.Equal(("Follow up: Renew", "OPS-2", TaskItemStatus.Pending), (next.Title, next.Key, next.Status));
        Assert.Equal((person, project, "home"), (next.AssigneeId!.Value.Value, next.ProjectId!.Value, Assert.Single(next.Labels).Name));
        var completed = (await host.LoadAsync(task)).CompletedAt!.Value;
        Assert.Equal(DueDate.On(DateOnly.FromDateTime(completed.UtcDateTime).AddDays(10)), next.Due);
        Assert.Equal($"system:{Subscription}", next.CreatedBy.Value);
        var cause = (await host.EventsOfAsync(task.Value)).Single(record => record.Type == "task.completed");
        var events = await host.EventsOfAsync(next.Id.Value);
        Assert.Equal((cause.EventId, 1, cause.CorrelationId), (events[0].CausationId, events[0].CausationDepth, events[0].CorrelationId));
        await host.AssertLogIsCompleteAsync();
    }

    [Fact]
    public async Task Without_the_label_nothing_follows()
    {
        await using var host = await StartAsync();
        await using var engine = await Engine.StartAsync(host);

        await CompleteAsync(host, new("Renew", Labels: ["home"]));
        var deleted = await CompleteAsync(host, new("Deleted"));
        await host.SendAsync(new DeleteTask(deleted));
        await engine.CaughtUpAsync(Subscription);

        Assert.Equal(2, await host.ReadAsync(db => db.Tasks.CountAsync()));
    }

    [Fact]
    public async Task Each_completion_is_followed_once_however_often_it_is_delivered()
    {
        await using var host = await StartAsync();
        var task = await CompleteAsync(host, new("Renew", Labels: ["follow-up:1w"]));

        await DeliverAsync(host, task);
        await DeliverAsync(host, task);
        Assert.Equal(2, await host.ReadAsync(db => db.Tasks.CountAsync()));

        await host.SendAsync(new ReopenTask(task));
        await host.SendAsync(new StartTask(task));
        await host.SendAsync(new CompleteTask(task));
        await DeliverAsync(host, task);
        Assert.Equal(3, await host.ReadAsync(db => db.Tasks.CountAsync()));
    }

    [Fact]
    public async Task A_rule_that_is_against_it_is_not_asked_twice()
    {
        await using var host = await StartAsync();
        var project = await host.CreateProjectAsync();
        await Engine.SubscribeAsync(host);

        await CompleteAsync(host, new("Renew", Labels: ["follow-up:10d"], ProjectId: project.Value));
        await host.SendAsync(new ArchiveProject(project));
        await using var engine = await Engine.StartAsync(host);
        await engine.CaughtUpAsync(Subscription);

        var dead = Assert.Single(await engine.DeadLettersAsync(Subscription));
        Assert.Equal(("task.completed", 1), (dead.EventType, dead.Attempts));
        Assert.Equal(1, await host.ReadAsync(db => db.Tasks.CountAsync()));
    }

    [Fact]
    public async Task A_workflow_that_leads_to_itself_comes_to_an_end()
    {
        const int depth = 5;
        await using var host = await StartAsync(
            services => services.AddScoped<INotificationHandler<Committed<TaskCreated>>, CreateTaskWhenTaskCreated>(),
            new() { ["Events:MaxCausationDepth"] = $"{depth}" });
        await using var engine = await Engine.StartAsync(host);

        await host.CreateTaskAsync();
        await Eventually.IsTrueAsync("the loop is broken", async () => (await engine.DeadLettersAsync("create-task-when-task-created")).Count > 0);
        await engine.CaughtUpAsync("create-task-when-task-created");

        var dead = Assert.Single(await engine.DeadLettersAsync("create-task-when-task-created"));
        Assert.Contains("Events:MaxCausationDepth", dead.Error, StringComparison.Ordinal);
        var created = (await host.EventsAsync()).Where(record => record.Type == "task.created").ToList();
        Assert.Equal(Enumerable.Range(0, created.Count), created.Select(record => record.CausationDepth));
        Assert.InRange(created.Count, depth, depth + 1);
    }

    private static async Task<TaskId> CompleteAsync(TestHost host, CreateTask create)
    {
        var task = new TaskId((await host.SendAsync(create)).Id);
        await host.SendAsync(new StartTask(task));
        await host.SendAsync(new CompleteTask(task));
        return task;
    }

    /// <summary>Hands the last completion of a task to the handler, by hand.</summary>
    private static async Task DeliverAsync(TestHost host, TaskId task)
    {
        var logged = await host.ReadAsync(db => db.EventLog
            .Where(record => record.StreamId == task.Value && record.Type == "task.completed")
            .OrderByDescending(record => record.StreamVersion)
            .Select(EventLogReader.AsLogged)
            .FirstAsync());
        var completed = (TaskCompleted)host.Services.GetRequiredService<EventTypes>().Deserialize(logged);
        await host.InUnitOfWorkAsync(services =>
            services.GetRequiredService<CreateFollowUpTask>().Handle(new(completed, logged, new(Subscription, 1, false)), default));
    }

    private sealed class CreateTaskWhenTaskCreated(ISender sender) : INotificationHandler<Committed<TaskCreated>>
    {
        public Task Handle(Committed<TaskCreated> notification, CancellationToken cancellationToken) =>
            sender.Send(new CreateTask(notification.Event.Title), cancellationToken);
    }
}

public sealed class FollowingUpOnSqlite() : FollowingUp(DatabaseKind.Sqlite);

public sealed class FollowingUpOnPostgreSql() : FollowingUp(DatabaseKind.PostgreSql);

public sealed class FollowingUpOnSqlServer() : FollowingUp(DatabaseKind.SqlServer);
