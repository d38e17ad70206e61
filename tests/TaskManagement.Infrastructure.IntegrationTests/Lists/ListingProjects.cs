using Microsoft.Extensions.DependencyInjection;
using TaskManagement.Application.Projects;
using TaskManagement.Domain.Projects;
using TaskManagement.Infrastructure.IntegrationTests.Support;
using TaskManagement.Infrastructure.Persistence;
using TaskManagement.TestSupport;

namespace TaskManagement.Infrastructure.IntegrationTests.Lists;

public abstract class ListingProjects(DatabaseKind database) : DatabaseTest(database)
{
    private readonly ManualClock _clock = new();

    [Fact]
    public async Task Pages_show_every_project_once_and_in_order_in_every_sort()
    {
        await using var host = await StartWithClockAsync();
        List<ProjectId> all = [];
        for (var i = 0; i < 17; i++)
        {
            _clock.Now += i % 6 == 0 ? TimeSpan.FromSeconds(1) : TimeSpan.Zero;
            all.Add(await host.CreateProjectAsync(i % 2 == 0 ? $"P{i}" : $"A{i}B"));
        }

        await host.SendAsync(new DeleteProject(all[^1]));
        var shown = all.SkipLast(1).Select(id => id.Value).Order().ToList();

        foreach (var sort in ProjectSorts.All)
        {
            var listed = await AllPagesAsync(host, new() { Sort = sort, Limit = 3 });

            Assert.Equal(shown, listed.Select(project => project.Id).Order());
            if (sort == "key")
                Assert.Equal(listed.Select(project => project.Key).Order(StringComparer.Ordinal), listed.Select(project => project.Key));
            else if (sort == "-created")
                Assert.Equal(listed.Select(project => project.CreatedAt).OrderDescending(), listed.Select(project => project.CreatedAt));
            Assert.Equal(
                listed.Select(project => project.Id),
                (await host.SendAsync(new ListProjects { Sort = sort, Limit = 200 })).Items.Select(project => project.Id));
        }
    }

    [Fact]
    public async Task Every_filter_lists_the_projects_that_pass_it()
    {
        await using var host = await StartWithClockAsync();
        await host.SendAsync(new CreateProject("OPS", "Ölförderung"));
        var archived = await host.SendAsync(new CreateProject("OLD", "Archived"));
        var deleted = await host.SendAsync(new CreateProject("GONE", "Deleted"));
        await host.SendAsync(new ArchiveProject(new(archived.Id)));
        await host.SendAsync(new DeleteProject(new(deleted.Id)));

        await AssertListsAsync(new(), "OLD", "OPS");
        await AssertListsAsync(new() { Archived = true }, "OLD");
        await AssertListsAsync(new() { Archived = false }, "OPS");
        await AssertListsAsync(new() { Text = "ölFÖR" }, "OPS");
        await AssertListsAsync(new() { IncludeDeleted = true }, "GONE", "OLD", "OPS");
        await AssertListsAsync(new() { IncludeDeleted = true, Archived = false }, "GONE", "OPS");

        async Task AssertListsAsync(ListProjects query, params string[] keys) =>
            Assert.Equal(keys, (await AllPagesAsync(host, query with { Limit = 1 })).Select(project => project.Key));
    }

    private static async Task<List<ProjectDto>> AllPagesAsync(TestHost host, ListProjects query)
    {
        List<ProjectDto> listed = [];
        do
        {
            var page = await host.SendAsync(query);
            listed.AddRange(page.Items);
            query = query with { Cursor = page.NextCursor };
        }
        while (query.Cursor is not null);

        return listed;
    }

    private Task<TestHost> StartWithClockAsync() => StartAsync(services => services.AddSingleton<TimeProvider>(_clock));
}

public sealed class ListingProjectsOnSqlite() : ListingProjects(DatabaseKind.Sqlite);

public sealed class ListingProjectsOnPostgreSql() : ListingProjects(DatabaseKind.PostgreSql);

public sealed class ListingProjectsOnSqlServer() : ListingProjects(DatabaseKind.SqlServer);
