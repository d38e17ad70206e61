using System.Text.Json;
using AutoMapper;
using AutoMapper.QueryableExtensions;
using Microsoft.Extensions.Logging.Abstractions;
using TaskManagement.Application.Common.Json;
using TaskManagement.Application.Projects;
using TaskManagement.Application.Tasks;
using TaskManagement.Domain.Projects;
using TaskManagement.Domain.Tasks;

namespace TaskManagement.Application.UnitTests.Common;

public sealed class ProjectionTests
{
    private static readonly MapperConfiguration Projections =
        new(configuration => configuration.AddMaps(typeof(ApplicationServices).Assembly), NullLoggerFactory.Instance);

    [Fact]
    public void Every_member_that_clients_see_is_filled() => Projections.AssertConfigurationIsValid();

    [Fact]
    public void A_task_reads_the_same_from_the_database_as_from_memory()
    {
        var full = Given.Task(project: ProjectId.New(), labels: ["work", "Home"], due: DueDate.On(new(2026, 12, 25)));
        full.Assign(The.Ann, The.Stamp);
        full.Start(The.Stamp);
        full.Complete(The.Stamp);
        full.Delete(null, The.Stamp);

        foreach (var task in new[] { full, Given.Task() })
            Assert.Equal(Json(TaskDto.From(task)), Json(new[] { task }.AsQueryable().ProjectTo<TaskDto>(Projections).Single()));
    }

    [Fact]
    public void A_project_reads_the_same_from_the_database_as_from_memory()
    {
        foreach (var project in new[] { Given.ArchivedProject(), Given.Project() })
            Assert.Equal(Json(ProjectDto.From(project)), Json(new[] { project }.AsQueryable().ProjectTo<ProjectDto>(Projections).Single()));
    }

    private static string Json<T>(T value) => JsonSerializer.Serialize(value, AppJson.Options);
}
