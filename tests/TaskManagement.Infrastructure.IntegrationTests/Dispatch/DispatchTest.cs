using TaskManagement.Application.Projects;
using TaskManagement.Application.Tasks;
using TaskManagement.Domain.Projects;
using TaskManagement.Domain.Tasks;
using TaskManagement.Infrastructure.IntegrationTests.Support;
using TaskManagement.Infrastructure.Persistence;
using TaskManagement.TestSupport;

namespace TaskManagement.Infrastructure.IntegrationTests.Dispatch;

/// <summary>A test of the ten rules of dispatch inside the unit of work.</summary>
public abstract class DispatchTest(DatabaseKind database) : DatabaseTest(database)
{
    protected static UpdateTask Prioritized(TaskId id) => new(id, null, new() { Priority = new(TaskPriority.High) });

    protected static Task<ProjectDto> RenameAsync(TestHost host, ProjectId project, TestCall? call = null) =>
        host.SendAsync(new RenameProject(project, null, new() { Name = new("Renamed") }), call);
}
