using System.Net;
using System.Text.Json.Nodes;
using TaskManagement.Api.IntegrationTests.Support;
using TaskManagement.Infrastructure.Persistence;
using static TaskManagement.Api.IntegrationTests.Support.Http;

namespace TaskManagement.Api.IntegrationTests;

public abstract class ProjectTests(DatabaseKind database) : HttpTest(database)
{
    [Fact]
    public async Task A_project_is_created_renamed_and_read_with_its_history()
    {
        using var response = await Client.PostJsonAsync(ProjectsUrl, """{"key":"ops","name":" Operations "}""");
        var project = await response.JsonAsync();

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Equal($"/api/v1/projects/{project.Id()}", response.Headers.Location?.OriginalString);
        Assert.Equal(("OPS", "Operations"), (project.Text("key"), project.Text("name")));

        var address = $"{ProjectsUrl}/{project.Id()}";
        var renamed = await Client.PatchJsonAsync(address, """{"name":"Site operations"}""", ("If-Match", "\"1\"")).ShouldBeAsync(HttpStatusCode.OK);
        Assert.True(JsonNode.DeepEquals(renamed, await Client.GetAsync(address).ShouldBeAsync(HttpStatusCode.OK)));
        var history = await Client.GetAsync($"{address}/history").ShouldBeAsync(HttpStatusCode.OK);
        Assert.Equal(["taskmanagement.project.created.v1", "taskmanagement.project.renamed.v1"], history.Items().Select(e => e.Text("type")));
        await Client.PatchJsonAsync(address, """{"key":"NEW"}""").ShouldBeProblemAsync(HttpStatusCode.BadRequest, "request.malformed");
        await Client.PostJsonAsync(ProjectsUrl, """{"key":"OPS","name":"Other"}""").ShouldBeProblemAsync(HttpStatusCode.Conflict, "project.already_exists");
    }

    [Fact]
    public async Task Tasks_created_at_once_are_numbered_without_gaps()
    {
        var project = await Client.CreateProjectAsync();

        var tasks = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => Client.CreateTaskAsync("Numbered", project.Id())));

        Assert.Equal(
            Enumerable.Range(1, 40).Select(n => $"OPS-{n}").Order(StringComparer.Ordinal),
            tasks.Select(task => task.Text("key")).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Archiving_refuses_or_cancels_open_tasks_as_the_request_says()
    {
        var project = await Client.CreateProjectAsync();
        var address = $"{ProjectsUrl}/{project.Id()}";
        var open = await Client.CreateTaskAsync("Open", project.Id());

        await Client.PostJsonAsync($"{address}/archive").ShouldBeProblemAsync(HttpStatusCode.Conflict, "project.has_open_tasks");
        await Client.PostJsonAsync($"{address}/archive", """{"openTasks":"refuse"}""").ShouldBeProblemAsync(HttpStatusCode.Conflict, "project.has_open_tasks");
        await Client.DeleteAsync(address).ShouldBeProblemAsync(HttpStatusCode.Conflict, "project.has_open_tasks");
        Assert.Null((await Client.GetAsync(address).ShouldBeAsync(HttpStatusCode.OK))["archivedAt"]);

        var archived = await Client.PostJsonAsync($"{address}/archive", """{"openTasks":"cancel"}""").ShouldBeAsync(HttpStatusCode.OK);

        Assert.NotNull(archived["archivedAt"]);
        Assert.Equal("cancelled", (await Client.GetAsync($"{TasksUrl}/{open.Id()}").ShouldBeAsync(HttpStatusCode.OK)).Text("status"));
        var cancelled = (await Client.GetAsync($"{TasksUrl}/{open.Id()}/history").ShouldBeAsync(HttpStatusCode.OK)).Items().Last();
        var cause = (await Client.GetAsync($"{address}/history").ShouldBeAsync(HttpStatusCode.OK)).Items().Last();
        Assert.Equal(cause.Id(), cancelled.Text("causationid"));

        await Client.PostJsonAsync(TasksUrl, $$"""{"title":"Late","projectId":"{{project.Id()}}"}""").ShouldBeProblemAsync(HttpStatusCode.Conflict, "project.archived");
        await Client.PostJsonAsync($"{TasksUrl}/{open.Id()}/reopen").ShouldBeProblemAsync(HttpStatusCode.Conflict, "project.archived");
        await Client.PostJsonAsync($"{address}/unarchive").ShouldBeAsync(HttpStatusCode.OK);
        await Client.PostJsonAsync($"{TasksUrl}/{open.Id()}/reopen").ShouldBeAsync(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_deleted_project_is_hidden_until_it_is_restored()
    {
        var project = await Client.CreateProjectAsync();
        var address = $"{ProjectsUrl}/{project.Id()}";

        await Client.DeleteAsync(address).ShouldBeAsync(HttpStatusCode.NoContent);

        await Client.GetAsync(address).ShouldBeProblemAsync(HttpStatusCode.NotFound, "project.not_found");
        Assert.Empty((await Client.GetAsync(ProjectsUrl).ShouldBeAsync(HttpStatusCode.OK)).Items());
        await Client.PostJsonAsync(TasksUrl, $$"""{"title":"Late","projectId":"{{project.Id()}}"}""").ShouldBeProblemAsync(HttpStatusCode.Conflict, "project.deleted");
        await Client.PostJsonAsync($"{address}/restore").ShouldBeAsync(HttpStatusCode.OK);
        Assert.Single((await Client.GetAsync(ProjectsUrl).ShouldBeAsync(HttpStatusCode.OK)).Items());
    }

    [Fact]
    public async Task A_task_can_not_enter_a_project_that_does_not_exist()
    {
        var problem = await Client.PostJsonAsync(TasksUrl, $$"""{"title":"Lost","projectId":"{{Guid.CreateVersion7()}}"}""")
            .ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "request.invalid");

        Assert.Equal(("project.not_found", "/projectId"), (problem["errors"]![0]!.Text("code"), problem["errors"]![0]!.Text("pointer")));
    }

    [Fact]
    public async Task Projects_are_listed_in_pages_and_filtered()
    {
        foreach (var key in new[] { "BB", "AA", "DD", "CC" })
            await Client.CreateProjectAsync(key);
        var dd = (await Client.GetAsync($"{ProjectsUrl}?text=project dd").ShouldBeAsync(HttpStatusCode.OK)).Items().Single();
        await Client.PostJsonAsync($"{ProjectsUrl}/{dd.Id()}/archive").ShouldBeAsync(HttpStatusCode.OK);

        var first = await Client.GetAsync($"{ProjectsUrl}?limit=2&archived=false").ShouldBeAsync(HttpStatusCode.OK);
        var second = await Client.GetAsync($"{ProjectsUrl}?limit=2&archived=false&cursor={first.Text("nextCursor")}").ShouldBeAsync(HttpStatusCode.OK);
        var reversed = await Client.GetAsync($"{ProjectsUrl}?sort=-key").ShouldBeAsync(HttpStatusCode.OK);

        Assert.Equal(["AA", "BB"], first.Items().Select(p => p.Text("key")));
        Assert.Equal(["CC"], second.Items().Select(p => p.Text("key")));
        Assert.Null(second["nextCursor"]);
        Assert.Equal(["DD", "CC", "BB", "AA"], reversed.Items().Select(p => p.Text("key")));
    }
}

public sealed class ProjectTestsOnSqlite() : ProjectTests(DatabaseKind.Sqlite);

public sealed class ProjectTestsOnPostgreSql() : ProjectTests(DatabaseKind.PostgreSql);

public sealed class ProjectTestsOnSqlServer() : ProjectTests(DatabaseKind.SqlServer);
