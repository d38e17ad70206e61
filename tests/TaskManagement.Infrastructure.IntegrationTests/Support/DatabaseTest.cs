using System.Reflection;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using TaskManagement.Application.Common;
using TaskManagement.Application.Operations;
using TaskManagement.Application.Projects;
using TaskManagement.Application.Tasks;
using TaskManagement.Domain.Common;
using TaskManagement.Domain.Projects;
using TaskManagement.Domain.Tasks;
using TaskManagement.Infrastructure.EventLog;
using TaskManagement.Infrastructure.EventLog.Delivery;
using TaskManagement.Infrastructure.Persistence;
using TaskManagement.TestSupport;

namespace TaskManagement.Infrastructure.IntegrationTests.Support;

/// <summary>Base of all tests here: each class of tests has a sealed one below it for each database.</summary>
public abstract class DatabaseTest(DatabaseKind database)
{
    protected DatabaseKind Database => database;

    protected Task<TestHost> StartAsync(
        Action<IServiceCollection>? configure = null, Dictionary<string, string?>? settings = null, params Assembly[] extensions) =>
        TestHost.StartAsync(database, configure, settings, extensions);
}

internal static class TestHostSteps
{
    public static readonly ChangeStamp Stamp = new(new("user:tester"), new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    public static async Task<ProjectId> CreateProjectAsync(this TestHost host, string key = "OPS") =>
        new((await host.SendAsync(new CreateProject(key, $"Project {key}"))).Id);

    public static async Task<TaskId> CreateTaskAsync(this TestHost host, string title = "Task", ProjectId? project = null) =>
        new((await host.SendAsync(new CreateTask(title, ProjectId: project?.Value))).Id);

    public static async Task<TaskItem> LoadAsync(this TestHost host, TaskId id) =>
        await host.ReadAsync(db => db.Tasks.AsNoTracking().SingleAsync(task => task.Id == id));

    /// <summary>A task as the handlers of this scope see it.</summary>
    public static Task<TaskItem> TaskAsync(this IServiceProvider scope, TaskId id) =>
        scope.GetRequiredService<ITaskRepository>().GetAsync(id, expectedVersion: null, CancellationToken.None);

    public static Task<T> ReadAsync<T>(this TestHost host, Func<TaskManagementDbContext, Task<T>> read) =>
        host.InScopeAsync(services => read(services.GetRequiredService<TaskManagementDbContext>()));

    public static Task<List<EventRecord>> EventsAsync(this TestHost host) =>
        host.ReadAsync(db => db.EventLog.AsNoTracking().OrderBy(record => record.Id).ToListAsync());

    public static async Task<List<EventRecord>> EventsOfAsync(this TestHost host, Guid streamId) =>
        [.. (await host.EventsAsync()).Where(record => record.StreamId == streamId)];

    /// <summary>Works on one context in one transaction, without a command. It is rolled back unless the work commits it.</summary>
    public static Task InTransactionAsync(this TestHost host, Func<TaskManagementDbContext, Task> work) =>
        host.InScopeAsync(async services =>
        {
            var db = services.GetRequiredService<TaskManagementDbContext>();
            await db.Database.CreateExecutionStrategy().ExecuteAsync(async () =>
            {
                await using var transaction = await db.Database.BeginTransactionAsync();
                await work(db);
            });
        });

    /// <summary>Gives all events their positions, as the engine does just after each commit.</summary>
    public static Task NumberEventsAsync(this TestHost host) => host.Services.GetRequiredService<Sequencer>().NumberAsync(default);

    /// <summary>Works in one unit of work, without a command.</summary>
    public static Task InUnitOfWorkAsync(this TestHost host, Func<IServiceProvider, Task> work) =>
        host.InScopeAsync(async services => await services.GetRequiredService<IUnitOfWork>().ExecuteAsync(
            async _ =>
            {
                await work(services);
                return true;
            },
            default));

    public static TaskItem NewTask(string title = "Task") =>
        TaskItem.Create(TaskId.New(), TaskTitle.From(title), null, TaskPriority.None, null, [], null, null, Stamp);

    /// <summary>The invariant of the log: all that is stored follows from it.</summary>
    public static async Task AssertLogIsCompleteAsync(this TestHost host) =>
        Assert.Empty((await host.VerifyAsync()).Differences.Select(difference => difference.Detail));

    /// <summary>Compares the tables with the log.</summary>
    public static Task<VerificationDto> VerifyAsync(this TestHost host) =>
        host.InScopeAsync(services => services.GetRequiredService<IStoreVerification>().VerifyAsync(TestContext.Current.CancellationToken));

    /// <summary>Whether nothing at all is in the database, but that a command failed.</summary>
    public static async Task AssertNothingIsKeptAsync(this TestHost host)
    {
        Assert.DoesNotContain(await host.EventsAsync(), record => record.Type is not "command.failed");
        Assert.False(await host.ReadAsync(db => db.Tasks.AnyAsync()));
        Assert.False(await host.ReadAsync(db => db.Projects.AnyAsync()));
        Assert.False(await host.ReadAsync(db => db.TaskCounters.AnyAsync()));
        Assert.False(await host.ReadAsync(db => db.IdempotencyKeys.AnyAsync()));
    }
}
