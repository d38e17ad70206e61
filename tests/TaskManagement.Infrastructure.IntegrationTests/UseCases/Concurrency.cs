using TaskManagement.Application.Common;
using TaskManagement.Application.Projects;
using TaskManagement.Application.Tasks;
using TaskManagement.Domain.Tasks;
using TaskManagement.Infrastructure.IntegrationTests.Support;
using TaskManagement.Infrastructure.Persistence;

namespace TaskManagement.Infrastructure.IntegrationTests.UseCases;

public abstract class Concurrency(DatabaseKind database) : DatabaseTest(database)
{
    private const int Writers = 40;

    [Fact]
    public async Task Racing_updates_that_name_no_version_all_succeed()
    {
        await using var host = await StartAsync();
        var id = await host.CreateTaskAsync();

        var answers = await Task.WhenAll(Enumerable.Range(1, Writers).Select(i => host.SendAsync(Titled(id, null, $"Title {i}"))));

        // Each saw the version that it made and its own title: none was lost under another.
        Assert.Equal(Enumerable.Range(2, Writers).Select(version => (long)version), answers.Select(answer => answer.Version).Order());
        Assert.Equal(Writers, answers.Select(answer => answer.Title).Distinct().Count());
        await host.AssertLogIsCompleteAsync();
    }

    [Fact]
    public async Task Of_racing_updates_that_name_the_same_version_one_succeeds_and_the_others_learn_the_current_one()
    {
        await using var host = await StartAsync();
        var id = await host.CreateTaskAsync();

        var mismatches = await Task.WhenAll(Enumerable.Range(1, Writers).Select(async i =>
        {
            try
            {
                await host.SendAsync(Titled(id, 1, $"Title {i}"));
                return (long?)null;
            }
            catch (VersionMismatchException exception)
            {
                return exception.CurrentVersion;
            }
        }));

        Assert.Single(mismatches, mismatch => mismatch is null);
        Assert.Equal(Writers - 1, mismatches.Count(current => current == 2));
        Assert.Equal(2, (await host.LoadAsync(id)).Version);
        await host.AssertLogIsCompleteAsync();
    }

    [Fact]
    public async Task Of_racing_creations_with_the_same_id_or_key_one_succeeds()
    {
        await using var host = await StartAsync();
        var id = Guid.CreateVersion7();

        Assert.Equal(19, await DuplicatesAsync(i => host.SendAsync(new CreateTask($"Task {i}", Id: id)), "task.already_exists"));
        Assert.Equal(19, await DuplicatesAsync(i => host.SendAsync(new CreateProject("OPS", $"Project {i}")), "project.already_exists"));

        await host.AssertLogIsCompleteAsync();

        static async Task<int> DuplicatesAsync<T>(Func<int, Task<T>> create, string code) =>
            (await Task.WhenAll(Enumerable.Range(1, 20).Select(async i =>
            {
                try
                {
                    await create(i);
                    return false;
                }
                catch (DuplicateException exception) when (exception.Code == code)
                {
                    return true;
                }
            }))).Count(refused => refused);
    }

    private static UpdateTask Titled(TaskId id, long? version, string title) => new(id, version, new() { Title = new(title) });
}

public sealed class ConcurrencyOnSqlite() : Concurrency(DatabaseKind.Sqlite);

public sealed class ConcurrencyOnPostgreSql() : Concurrency(DatabaseKind.PostgreSql);

public sealed class ConcurrencyOnSqlServer() : Concurrency(DatabaseKind.SqlServer);
