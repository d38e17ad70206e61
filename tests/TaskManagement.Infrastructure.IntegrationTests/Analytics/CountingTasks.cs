using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using TaskManagement.Application.Analytics;
using TaskManagement.Application.Analytics.Reactions;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Application.Common.Paging;
using TaskManagement.Application.Tasks;
using TaskManagement.Domain.Common;
using TaskManagement.Domain.Projects;
using TaskManagement.Domain.Tasks;
using TaskManagement.Domain.Tasks.Events;
using TaskManagement.Infrastructure.EventLog;
using TaskManagement.Infrastructure.IntegrationTests.Support;
using TaskManagement.Infrastructure.Persistence;
using TaskManagement.TestSupport;

namespace TaskManagement.Infrastructure.IntegrationTests.Analytics;

public abstract class CountingTasks(DatabaseKind database) : DatabaseTest(database)
{
    private const string Subscription = "count-tasks";
    private static readonly UserId Bob = new(Guid.Parse("0198f5e2-0000-7000-8000-00000000000b"));

    private readonly ManualClock _clock = new();

    [Fact]
    public async Task What_happens_to_tasks_is_counted_by_day_project_and_person()
    {
        await using var host = await StartAsync(services => services.AddSingleton<TimeProvider>(_clock));
        await using var engine = await Engine.StartAsync(host);
        var project = await host.CreateProjectAsync();
        await LiveAsync(host, project);

        await engine.CaughtUpAsync(Subscription);

        Assert.Equal(
            ["2026-03-01: 2 created, 0 completed, 0 cancelled, 0 reopened", "2026-03-02: 1 created, 1 completed, 1 cancelled, 0 reopened", "2026-03-03: 0 created, 1 completed, 0 cancelled, 1 reopened"],
            (await AskAsync(host, AnalyticsGrouping.Day)).Select(item => $"{item.Day:yyyy-MM-dd}: {Words(item)}"));
        Assert.Equal(
            ["none: 1 created, 0 completed, 1 cancelled, 0 reopened", "project: 2 created, 2 completed, 0 cancelled, 1 reopened"],
            (await AskAsync(host, AnalyticsGrouping.Project)).Select(item => $"{(item.ProjectId == project.Value ? "project" : "none")}: {Words(item)}").Order());
        Assert.Equal(
            ["bob: 1 created, 2 completed, 0 cancelled, 1 reopened", "no one: 2 created, 0 completed, 1 cancelled, 0 reopened"],
            (await AskAsync(host, AnalyticsGrouping.Person)).Select(item => $"{(item.PersonId == Bob.Value ? "bob" : "no one")}: {Words(item)}").Order());

        var bob = Assert.Single(await AskAsync(host, AnalyticsGrouping.Project, query => query with { PersonId = Bob, ProjectId = project }));
        Assert.Equal((2, 21 * 3600.0, 12 * 3600.0, 30 * 3600.0), (bob.CompletionTime!.Tasks, bob.CompletionTime.MeanSeconds, bob.CompletionTime.MinSeconds, bob.CompletionTime.MaxSeconds));
        Assert.Equal((0, 1, 1, 0, 0), (bob.CompletionTime.WithinHour, bob.CompletionTime.WithinDay, bob.CompletionTime.WithinWeek, bob.CompletionTime.WithinMonth, bob.CompletionTime.Longer));
        Assert.Null(Assert.Single(await AskAsync(host, AnalyticsGrouping.Day, query => query with { From = new(2026, 3, 1), To = new(2026, 3, 1) })).CompletionTime);
        Assert.Empty(await AskAsync(host, AnalyticsGrouping.Day, query => query with { From = new(2026, 3, 4), To = new(2026, 3, 4) }));
    }

    [Fact]
    public async Task Of_two_who_count_for_one_day_at_once_the_second_begins_anew()
    {
        await using var host = await StartAsync();
        TaskCreated Created() => new(TaskId.New(), "Counted", null, TaskPriority.None, null, [], null, null) { OccurredAt = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero) };
        await CountAsync(Created());

        await Assert.ThrowsAnyAsync<DbUpdateConcurrencyException>(() => host.InScopeAsync(async services =>
        {
            var db = services.GetRequiredService<TaskManagementDbContext>();
            await new AnalyticsProjection(services.GetRequiredService<IAnalyticsStore>()).ApplyAsync([Created()], default);
            await CountAsync(Created());
            return await db.SaveChangesAsync();
        }));

        Assert.Equal(2, await host.ReadAsync(db => db.AnalyticsDays.SumAsync(day => day.Created)));

        Task CountAsync(TaskCreated created) => host.InUnitOfWorkAsync(services =>
            new AnalyticsProjection(services.GetRequiredService<IAnalyticsStore>()).ApplyAsync([created], default));
    }

    [Fact]
    public async Task Pages_have_every_item_once()
    {
        await using var host = await StartAsync(services => services.AddSingleton<TimeProvider>(_clock));
        await using var engine = await Engine.StartAsync(host);
        var projects = new List<ProjectId>();
        foreach (var key in (string[])["ONE", "TWO", "SIX", "TEN"])
        {
            projects.Add(await host.CreateProjectAsync(key));
            await host.CreateTaskAsync(project: projects[^1]);
            await host.SendAsync(new CreateTask("Task", AssigneeId: Guid.CreateVersion7(_clock.Now)));
            _clock.Now = _clock.Now.AddDays(1);
        }

        await engine.CaughtUpAsync(Subscription);

        foreach (var grouping in Enum.GetValues<AnalyticsGrouping>())
        {
            var all = await AskAsync(host, grouping);
            var paged = new List<TaskAnalyticsDto>();
            for (var cursor = (string?)null; ;)
            {
                var page = await host.SendAsync(Query(grouping) with { Limit = 2, Cursor = cursor });
                Assert.InRange(page.Items.Count, 1, 2);
                paged.AddRange(page.Items);
                if ((cursor = page.NextCursor) is null)
                    break;
            }

            Assert.Equal(grouping == AnalyticsGrouping.Day ? 4 : 5, all.Count);
            Assert.Equal(all, paged);
        }

        var days = await host.SendAsync(Query(AnalyticsGrouping.Day) with { Limit = 1 });
        await Assert.ThrowsAsync<InvalidRequestException>(() => host.SendAsync(Query(AnalyticsGrouping.Project) with { Cursor = days.NextCursor }));
    }

    [Fact]
    public async Task They_are_what_the_log_says_and_a_difference_is_found()
    {
        await using var host = await StartAsync(services => services.AddSingleton<TimeProvider>(_clock));
        await using var engine = await Engine.StartAsync(host);
        await LiveAsync(host, await host.CreateProjectAsync());
        await engine.CaughtUpAsync(Subscription);
        Assert.Empty(await CheckAsync(host));

        await host.ReadAsync(db => db.AnalyticsDays.Where(day => day.Day == new DateOnly(2026, 3, 1)).ExecuteUpdateAsync(set => set.SetProperty(day => day.Created, 99)));
        await host.ReadAsync(db => db.AnalyticsTasks.ExecuteDeleteAsync());

        var differences = await CheckAsync(host);
        Assert.Equal(2, differences.Count(difference => difference is { Column: "Created", Stored: 99L, ByLog: 1L }));
        Assert.Equal(3, differences.Count(difference => difference is { Column: null, Stored: null, ByLog: not null }));
        Assert.Equal(5, differences.Count);
    }

    [Fact]
    public async Task Made_anew_they_are_the_same_in_batches_of_any_size()
    {
        await using var host = await StartAsync(services => services.AddSingleton<TimeProvider>(_clock));
        await LiveAsync(host, await host.CreateProjectAsync());

        foreach (var size in (int[])[1, 2, 3, 1000])
        {
            await ResetAsync(host);
            Assert.NotEmpty(await CheckAsync(host));
            await HandleAsync(host, size);
            Assert.Empty(await CheckAsync(host));
        }
    }

    [Fact]
    public async Task Made_anew_event_by_event_in_one_transaction_they_are_the_same()
    {
        await using var host = await StartAsync(services => services.AddSingleton<TimeProvider>(_clock));
        await LiveAsync(host, await host.CreateProjectAsync());

        await host.InUnitOfWorkAsync(async services =>
        {
            foreach (var happened in await EventsAsync(host))
                await services.GetRequiredService<CountTasks>().HandleAsync([new(happened, null!, null!)], default);
        });

        Assert.Empty(await CheckAsync(host));
    }

    [Fact]
    public async Task A_batch_is_one_transaction_of_two_reads_whatever_is_in_it()
    {
        var statements = new Statements();
        await using var host = await StartAsync(services => services.Intercept(statements));
        var project = await host.CreateProjectAsync();
        for (var i = 0; i < 20; i++)
        {
            var task = await host.CreateTaskAsync(project: i % 2 == 0 ? project : null);
            await host.SendAsync(new UpdateTask(task, null, new() { AssigneeId = new(Guid.CreateVersion7()) }));
            await host.SendAsync(new CancelTask(task));
        }

        statements.Texts.Clear();
        await HandleAsync(host, size: 1000, (_, events) => Assert.InRange(events.Count, 60, 100));

        Assert.Equal(2, statements.Texts.Count(text => text.StartsWith("SELECT", StringComparison.Ordinal)));
        Assert.Empty(await CheckAsync(host));
    }

    [Fact]
    public async Task A_batch_that_fails_leaves_nothing()
    {
        await using var host = await StartAsync();
        await host.CreateTaskAsync();

        await Assert.ThrowsAsync<InvalidOperationException>(() => HandleAsync(host, 1000, (_, _) => throw new InvalidOperationException("Fails.")));

        Assert.False(await host.ReadAsync(db => db.AnalyticsDays.AnyAsync()));
        Assert.False(await host.ReadAsync(db => db.AnalyticsTasks.AnyAsync()));
    }

    private static string Words(TaskAnalyticsDto item) =>
        $"{item.Created} created, {item.Completed} completed, {item.Cancelled} cancelled, {item.Reopened} reopened";

    private static GetTaskAnalytics Query(AnalyticsGrouping grouping) => new() { From = new(2026, 3, 1), To = new(2026, 3, 31), GroupBy = grouping };

    private static async Task<IReadOnlyList<TaskAnalyticsDto>> AskAsync(
        TestHost host, AnalyticsGrouping grouping, Func<GetTaskAnalytics, GetTaskAnalytics>? more = null)
    {
        var page = await host.SendAsync((more ?? (query => query))(Query(grouping)) with { Limit = PageLimits.Max });
        Assert.Null(page.NextCursor);
        return page.Items;
    }

    /// <summary>Three tasks on three days: one of Bob's in the project that is completed twice, one beside it, one that is cancelled.</summary>
    private async Task LiveAsync(TestHost host, ProjectId project)
    {
        var first = new TaskId((await host.SendAsync(new CreateTask("First", AssigneeId: Bob.Value, ProjectId: project.Value))).Id);
        var second = await host.CreateTaskAsync("Second");
        _clock.Now = _clock.Now.AddHours(30);
        await host.CreateTaskAsync("Third", project);
        await host.SendAsync(new StartTask(first));
        await host.SendAsync(new CompleteTask(first));
        await host.SendAsync(new CancelTask(second));
        _clock.Now = _clock.Now.AddHours(12);
        await host.SendAsync(new ReopenTask(first));
        await host.SendAsync(new StartTask(first));
        _clock.Now = _clock.Now.AddHours(12);
        await host.SendAsync(new CompleteTask(first));
    }

    private static Task<List<IDomainEvent>> EventsAsync(TestHost host) => host.InScopeAsync(async services =>
    {
        var types = services.GetRequiredService<EventTypes>();
        var logged = await services.GetRequiredService<TaskManagementDbContext>().EventLog.AsNoTracking()
            .OrderBy(record => record.Id).Select(EventLogReader.AsLogged).ToListAsync();
        return logged.ConvertAll(types.Deserialize);
    });

    private static async Task<List<ProjectionDifference>> CheckAsync(TestHost host)
    {
        var events = await EventsAsync(host);
        return await host.InScopeAsync(services => services.GetServices<IProjectionCheck>().Single(check => check.Subscription == Subscription)
            .FindDifferencesAsync(events.ToAsyncEnumerable(), default).ToListAsync().AsTask());
    }

    private static Task ResetAsync(TestHost host) =>
        host.InUnitOfWorkAsync(services => services.GetRequiredService<CountTasks>().ResetAsync(default));

    /// <summary>Hands all events to the handler by hand.</summary>
    private static async Task HandleAsync(TestHost host, int size, Action<IServiceProvider, IReadOnlyCollection<IDomainEvent>>? afterwards = null)
    {
        foreach (var batch in (await EventsAsync(host)).Chunk(size))
        {
            await host.InUnitOfWorkAsync(async services =>
            {
                var handler = services.GetRequiredService<CountTasks>();
                await handler.HandleAsync([.. batch.Select(happened => new Committed<IDomainEvent>(happened, null!, null!))], default);
                afterwards?.Invoke(services, batch);
            });
        }
    }

    /// <summary>Keeps the texts of all statements.</summary>
    private sealed class Statements : DbCommandInterceptor
    {
        public List<string> Texts { get; } = [];

        public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
        {
            if (command.CommandText.Contains("analytics_", StringComparison.Ordinal))
                Texts.Add(command.CommandText);
            return ValueTask.FromResult(result);
        }
    }
}

public sealed class CountingTasksOnSqlite() : CountingTasks(DatabaseKind.Sqlite);

public sealed class CountingTasksOnPostgreSql() : CountingTasks(DatabaseKind.PostgreSql);

public sealed class CountingTasksOnSqlServer() : CountingTasks(DatabaseKind.SqlServer);
