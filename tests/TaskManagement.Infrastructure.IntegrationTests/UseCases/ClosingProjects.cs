using Microsoft.EntityFrameworkCore;
using TaskManagement.Application.Projects;
using TaskManagement.Application.Tasks;
using TaskManagement.Domain.Common;
using TaskManagement.Domain.Projects;
using TaskManagement.Domain.Tasks;
using TaskManagement.Infrastructure.IntegrationTests.Support;
using TaskManagement.Infrastructure.Persistence;

namespace TaskManagement.Infrastructure.IntegrationTests.UseCases;

public abstract class ClosingProjects(DatabaseKind database) : DatabaseTest(database)
{
    [Fact]
    public async Task Archiving_is_refused_while_a_task_is_open_and_nothing_is_kept()
    {
        await using var host = await StartAsync();
        var project = await host.CreateProjectAsync();
        await host.CreateTaskAsync("Open", project);

        var error = await Assert.ThrowsAsync<DomainException>(() => host.SendAsync(new ArchiveProject(project)));

        Assert.Equal("project.has_open_tasks", error.Code);
        Assert.Null((await host.SendAsync(new GetProject(project))).ArchivedAt);
        Assert.Single(await host.EventsOfAsync(project.Value));
    }

    [Fact]
    public async Task Archiving_cancels_open_tasks_if_the_request_says_so()
    {
        await using var host = await StartAsync();
        var project = await host.CreateProjectAsync();
        var (pending, started, completed, elsewhere) = (
            await host.CreateTaskAsync("Pending", project), await host.CreateTaskAsync("Started", project),
            await host.CreateTaskAsync("Completed", project), await host.CreateTaskAsync("Elsewhere"));
        await host.SendAsync(new StartTask(started));
        await host.SendAsync(new StartTask(completed));
        await host.SendAsync(new CompleteTask(completed));

        await host.SendAsync(new ArchiveProject(project, OpenTasks: OpenTasksPolicy.Cancel));

        Assert.Equal(TaskItemStatus.Cancelled, (await host.LoadAsync(pending)).Status);
        Assert.Equal(TaskItemStatus.Cancelled, (await host.LoadAsync(started)).Status);
        Assert.Equal(TaskItemStatus.Completed, (await host.LoadAsync(completed)).Status);
        Assert.Equal(TaskItemStatus.Pending, (await host.LoadAsync(elsewhere)).Status);
        var archived = (await host.EventsOfAsync(project.Value))[^1];
        foreach (var task in new[] { pending, started })
        {
            Assert.Equal(
                [("task.status_changed", archived.EventId), ("task.cancelled", archived.EventId)],
                (await host.EventsOfAsync(task.Value)).TakeLast(2).Select(record => (record.Type, record.CausationId)));
        }

        await host.AssertLogIsCompleteAsync();
    }

    [Theory]
    [InlineData(OpenTasksPolicy.Refuse)]
    [InlineData(OpenTasksPolicy.Cancel)]
    public async Task However_archiving_and_creating_race_no_open_task_is_left_in_an_archived_project(OpenTasksPolicy policy)
    {
        await using var host = await StartAsync();
        for (var round = 0; round < 30; round++)
        {
            var project = await host.CreateProjectAsync($"R{round}");

            var archive = RefusedAsync(() => host.SendAsync(new ArchiveProject(project, OpenTasks: policy)));
            var creations = Enumerable.Range(1, 3).Select(i => RefusedAsync(() => host.CreateTaskAsync($"Task {i}", project)));
            await Task.WhenAll([archive, .. creations]);

            var isArchived = (await host.SendAsync(new GetProject(project))).ArchivedAt is not null;
            var open = await host.ReadAsync(db => db.Tasks.CountAsync(task => task.ProjectId == project && task.Status == TaskItemStatus.Pending));
            Assert.False(isArchived && open > 0, $"Round {round}: {open} open tasks.");
        }

        await host.AssertLogIsCompleteAsync();

        static async Task RefusedAsync<T>(Func<Task<T>> command)
        {
            try
            {
                await command();
            }
            catch (DomainException exception) when (exception.Code is "project.has_open_tasks" or "project.archived")
            {
                // Who comes second may be refused, for this reason and no other.
            }
        }
    }
}

public sealed class ClosingProjectsOnSqlite() : ClosingProjects(DatabaseKind.Sqlite);

public sealed class ClosingProjectsOnPostgreSql() : ClosingProjects(DatabaseKind.PostgreSql);

public sealed class ClosingProjectsOnSqlServer() : ClosingProjects(DatabaseKind.SqlServer);
