using TaskManagement.Application.Tasks;
using TaskManagement.Domain.Tasks.Events;
using TaskManagement.Infrastructure.IntegrationTests.Dispatch;
using TaskManagement.Infrastructure.IntegrationTests.Support;
using TaskManagement.Infrastructure.Persistence;

namespace TaskManagement.Infrastructure.IntegrationTests.UseCases;

public abstract class Numbering(DatabaseKind database) : DatabaseTest(database)
{
    [Fact]
    public async Task Tasks_created_at_once_in_one_project_get_each_number_once()
    {
        await using var host = await StartAsync();
        var project = await host.CreateProjectAsync();

        var tasks = await Task.WhenAll(Enumerable.Range(1, 100).Select(i => host.SendAsync(new CreateTask($"Task {i}", ProjectId: project.Value))));

        Assert.Equal(Enumerable.Range(1, 100).Select(i => $"OPS-{i}").Order(), tasks.Select(task => task.Key).Order());
        await host.AssertLogIsCompleteAsync();
    }

    [Fact]
    public async Task A_command_that_fails_leaves_no_gap()
    {
        await using var host = await StartAsync(services => services.On<TaskNumbered>(async (numbered, scope) =>
        {
            if ((await scope.TaskAsync(numbered.TaskId)).Title == "Fails")
                throw new HandlerFailedException();
        }));
        var project = await host.CreateProjectAsync();
        await host.CreateTaskAsync("First", project);

        await Assert.ThrowsAsync<HandlerFailedException>(() => host.CreateTaskAsync("Fails", project));

        Assert.Equal("OPS-2", (await host.LoadAsync(await host.CreateTaskAsync("Second", project))).Key);
    }

    [Fact]
    public async Task A_task_that_moves_gets_the_next_number_of_its_new_project_and_its_old_one_is_not_given_again()
    {
        await using var host = await StartAsync();
        var (ops, web) = (await host.CreateProjectAsync("OPS"), await host.CreateProjectAsync("WEB"));
        await host.CreateTaskAsync("Is there already", web);
        var task = await host.CreateTaskAsync("Moves", ops);

        var moved = await host.SendAsync(new UpdateTask(task, null, new() { ProjectId = new(web.Value) }));
        var returned = await host.SendAsync(new UpdateTask(task, null, new() { ProjectId = new(ops.Value) }));
        var freed = await host.SendAsync(new UpdateTask(task, null, new() { ProjectId = new(null) }));

        Assert.Equal(("WEB-2", "OPS-2", null), (moved.Key, returned.Key, freed.Key));
        Assert.Equal(
            ["task.created", "task.numbered", "task.moved", "task.numbered", "task.moved", "task.numbered", "task.moved"],
            (await host.EventsOfAsync(task.Value)).Select(record => record.Type));
    }
}

public sealed class NumberingOnSqlite() : Numbering(DatabaseKind.Sqlite);

public sealed class NumberingOnPostgreSql() : Numbering(DatabaseKind.PostgreSql);

public sealed class NumberingOnSqlServer() : Numbering(DatabaseKind.SqlServer);
