using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using TaskManagement.Application.Common.Paging;
using TaskManagement.Application.Tasks;
using TaskManagement.Domain.Tasks;
using TaskManagement.Infrastructure.IntegrationTests.Support;
using TaskManagement.Infrastructure.Persistence;
using TaskManagement.TestSupport;

namespace TaskManagement.Infrastructure.IntegrationTests.Lists;

public abstract class ListingTasks(DatabaseKind database) : DatabaseTest(database)
{
    private readonly ManualClock _clock = new();

    [Fact]
    public async Task Pages_show_every_task_once_and_in_order_in_every_sort()
    {
        await using var host = await StartWithClockAsync();
        List<TaskId> all = [];
        // Few different values of each sort key, so that pages end between equal ones.
        for (var i = 0; i < 36; i++)
        {
            _clock.Now += i % 6 == 0 ? TimeSpan.FromSeconds(1) : TimeSpan.Zero;
            var due = i % 4 == 0 ? null : DueDate.On(new(2026, 4, 1 + i % 4));
            all.Add(new((await host.SendAsync(new CreateTask($"Task {i}", Priority: (TaskPriority)(i % 5), Due: due))).Id));
        }

        _clock.Now += TimeSpan.FromSeconds(1);
        foreach (var id in all.Take(5))
            await host.SendAsync(new StartTask(id));
        foreach (var id in all.TakeLast(3))
            await host.SendAsync(new DeleteTask(id));
        var shown = all.SkipLast(3).Select(id => id.Value).Order().ToList();

        foreach (var sort in TaskSorts.All)
        {
            var listed = await AllPagesAsync(host, new() { Sort = sort, Limit = 7 });

            Assert.Equal(shown, listed.Select(task => task.Id).Order());
            var keys = listed.Select(task => SortKey(task, sort)).ToList();
            Assert.Equal(sort.StartsWith('-') ? keys.OrderDescending() : keys.Order(), keys);
            Assert.Equal(listed.Select(task => task.Id), (await host.SendAsync(new ListTasks { Sort = sort, Limit = 200 })).Items.Select(task => task.Id));
        }
    }

    [Fact]
    public async Task Pages_that_are_filtered_too_show_every_match_once()
    {
        await using var host = await StartWithClockAsync();
        var project = await host.CreateProjectAsync();
        for (var i = 0; i < 12; i++)
        {
            await host.SendAsync(new CreateTask(
                $"Task {i}", Labels: i % 2 == 0 ? ["even"] : [], ProjectId: i % 3 == 0 ? project.Value : null, Priority: (TaskPriority)(i % 2)));
        }

        foreach (var sort in TaskSorts.All)
        {
            var query = new ListTasks { Sort = sort, Limit = 1, ProjectId = project, Label = ["EVEN"], Priority = [TaskPriority.None], Text = "task" };

            Assert.Equal(["Task 0", "Task 6"], (await AllPagesAsync(host, query)).Select(task => task.Title).Order());
        }
    }

    [Fact]
    public async Task Every_filter_lists_the_tasks_that_pass_it()
    {
        await using var host = await StartWithClockAsync();
        var project = await host.CreateProjectAsync();
        var person = new UserId(Guid.CreateVersion7());
        var plain = await host.CreateTaskAsync("Plain");
        await host.SendAsync(new CreateTask(
            "Großer ÄRGER 100%", Description: "Mit ÇA_VA", Priority: TaskPriority.High, Due: DueDate.On(new(2026, 4, 1)), Labels: ["Bug", "Öl"],
            AssigneeId: person.Value, ProjectId: project.Value));
        await host.SendAsync(new CreateTask(
            "Urgent", Priority: TaskPriority.Urgent, Due: DueDate.AtLocal(new(2026, 4, 2, 0, 0, 0)), Labels: ["bug"], ProjectId: project.Value));
        var deleted = await host.CreateTaskAsync("Deleted");
        await host.SendAsync(new DeleteTask(deleted));
        _clock.Now += TimeSpan.FromMinutes(1);
        await host.SendAsync(new StartTask(plain));
        const string Rich = "Großer ÄRGER 100%";

        await AssertListsAsync(new() { Status = [TaskItemStatus.InProgress] }, "Plain");
        await AssertListsAsync(new() { Status = [TaskItemStatus.InProgress, TaskItemStatus.Pending] }, Rich, "Plain", "Urgent");
        await AssertListsAsync(new() { Priority = [TaskPriority.None, TaskPriority.Urgent] }, "Plain", "Urgent");
        await AssertListsAsync(new() { ProjectId = project }, Rich, "Urgent");
        await AssertListsAsync(new() { AssigneeId = person }, Rich);
        await AssertListsAsync(new() { AssigneeId = new(Guid.CreateVersion7()) });
        await AssertListsAsync(new() { Label = ["BUG"] }, Rich, "Urgent");
        await AssertListsAsync(new() { Label = ["bug", "öl"] }, Rich);
        await AssertListsAsync(new() { DueFrom = new(2026, 4, 2, 0, 0, 0, TimeSpan.Zero) }, "Urgent");
        await AssertListsAsync(new() { DueBefore = new(2026, 4, 2, 0, 0, 0, TimeSpan.Zero) }, Rich);
        await AssertListsAsync(new() { DueFrom = new(2026, 4, 2, 2, 0, 0, TimeSpan.FromHours(2)) }, "Urgent");
        await AssertListsAsync(new() { UpdatedSince = _clock.Now }, "Plain");
        await AssertListsAsync(new() { Text = "ärger" }, Rich);
        await AssertListsAsync(new() { Text = "ça_va" }, Rich);
        await AssertListsAsync(new() { Text = "0%" }, Rich);
        await AssertListsAsync(new() { Text = "a_g" });
        await AssertListsAsync(new() { Text = "PLAIN" }, "Plain");
        await AssertListsAsync(new(), Rich, "Plain", "Urgent");
        await AssertListsAsync(new() { IncludeDeleted = true }, Rich, "Deleted", "Plain", "Urgent");
        await AssertListsAsync(new() { IncludeDeleted = true, Status = [TaskItemStatus.Pending], Text = "e" }, Rich, "Deleted", "Urgent");

        async Task AssertListsAsync(ListTasks query, params string[] titles) =>
            Assert.Equal(titles.Order(StringComparer.Ordinal), (await AllPagesAsync(host, query with { Limit = 2 })).Select(task => task.Title).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_listed_task_is_what_the_task_itself_says()
    {
        await using var host = await StartWithClockAsync();
        var project = await host.CreateProjectAsync();
        var id = new TaskId((await host.SendAsync(new CreateTask(
            "Everything", Description: "# Märkdown 🙂\n", Priority: TaskPriority.High, Due: DueDate.AtZoned(new(2026, 12, 1, 17, 0, 0), "Europe/Madrid"),
            Labels: ["zeta", "Alpha", "mid"], AssigneeId: Guid.CreateVersion7(), ProjectId: project.Value))).Id);
        _clock.Now += TimeSpan.FromMilliseconds(1234);
        await host.SendAsync(new StartTask(id));
        await host.SendAsync(new CompleteTask(id));
        await host.SendAsync(new DeleteTask(id));
        var task = TaskDto.From(await host.LoadAsync(id));

        Assert.Equivalent(task, Assert.Single((await host.SendAsync(new ListTasks { IncludeDeleted = true })).Items), strict: true);
        Assert.Equivalent(task, await host.SendAsync(new GetTask(id, IncludeDeleted: true)), strict: true);
        Assert.Equal(["Alpha", "mid", "zeta"], task.Labels);
        Assert.DoesNotContain(null, new object?[] { task.Key, task.Description, task.Due, task.DueAt, task.AssigneeId, task.ProjectId, task.CompletedAt, task.DeletedAt });
    }

    [Fact]
    public async Task Every_page_is_found_by_the_index_of_its_sort()
    {
        var plans = new QueryPlans(Database);
        await using var host = await StartAsync(services => services.Intercept(plans));
        for (var i = 0; i < 5; i++)
            await host.CreateTaskAsync();

        foreach (var sort in TaskSorts.All)
        {
            var first = await host.SendAsync(new ListTasks { Sort = sort, Limit = 2 });
            var second = await plans.OfAsync(() => host.SendAsync(new ListTasks { Sort = sort, Limit = 2, Cursor = first.NextCursor }));

            // Where many share a value, once for those that share the last one, and once for those beyond it.
            var ranges = sort.TrimStart('-') is "due" or "priority" ? 2 : 1;
            var index = "ix_tasks_" + sort.TrimStart('-') switch { "created" => "created_at", "updated" => "updated_at", "due" => "due_order", var other => other } + "_id";
            Assert.True(second.Split(index).Length == ranges + 1, $"{sort}: {second}");
            Assert.DoesNotContain("SCAN tasks", second, StringComparison.OrdinalIgnoreCase);
            // What is sorted is two short ranges together (and in PostgreSQL their labels), never a range: that would be all there is beyond.
            var (sorting, times) = Database == DatabaseKind.Sqlite ? ("USE TEMP B-TREE FOR ORDER BY", ranges - 1) : ("Sort Key:", ranges);
            Assert.True(second.Split(sorting).Length == times + 1, $"{sort}: {second}");
        }
    }

    internal static async Task<List<TaskDto>> AllPagesAsync(TestHost host, ListTasks query)
    {
        List<TaskDto> listed = [];
        Page<TaskDto> page;
        do
        {
            page = await host.SendAsync(query);
            Assert.True(page.Items.Count <= query.Limit);
            listed.AddRange(page.Items);
            query = query with { Cursor = page.NextCursor };
        }
        while (page.NextCursor is not null);

        return listed;
    }

    private static IComparable SortKey(TaskDto task, string sort) => sort.TrimStart('-') switch
    {
        "created" => task.CreatedAt,
        "updated" => task.UpdatedAt,
        "due" => task.DueAt ?? TaskItem.Undated,
        _ => task.Priority,
    };

    private Task<TestHost> StartWithClockAsync() => StartAsync(services => services.AddSingleton<TimeProvider>(_clock));
}

public sealed class ListingTasksOnSqlite() : ListingTasks(DatabaseKind.Sqlite);

public sealed class ListingTasksOnPostgreSql() : ListingTasks(DatabaseKind.PostgreSql);

public sealed class ListingTasksOnSqlServer() : ListingTasks(DatabaseKind.SqlServer);
