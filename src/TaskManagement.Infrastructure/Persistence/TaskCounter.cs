using TaskManagement.Domain.Projects;

namespace TaskManagement.Infrastructure.Persistence;

/// <summary>The last number given to a task of a project. A row of its own, so that numbering does not touch the project's version.</summary>
internal sealed class TaskCounter(ProjectId projectId)
{
    public ProjectId ProjectId { get; private set; } = projectId;

    public long LastNumber { get; private set; }

    public long Next() => ++LastNumber;
}
