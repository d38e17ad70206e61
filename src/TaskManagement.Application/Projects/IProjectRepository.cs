using TaskManagement.Application.Common;
using TaskManagement.Domain.Projects;

namespace TaskManagement.Application.Projects;

/// <summary>The projects, as commands work with them. Changes are saved by the unit of work.</summary>
public interface IProjectRepository
{
    /// <summary>A project, deleted or not.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="expectedVersion">The version that it must have, or null for any.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    /// <exception cref="NotFoundException">There is none.</exception>
    /// <exception cref="VersionMismatchException">It has another version.</exception>
    Task<Project> GetAsync(ProjectId id, long? expectedVersion, CancellationToken cancellationToken);

    /// <summary>
    /// A project as it is now, held until the transaction ends: tasks enter it, and it is closed, one transaction after the other.
    /// Null if there is none.
    /// </summary>
    Task<Project?> LockAsync(ProjectId id, CancellationToken cancellationToken);

    /// <summary>Adds a new project.</summary>
    void Add(Project project);
}

/// <summary>Ways into and out of projects.</summary>
internal static class ProjectRepositoryExtensions
{
    /// <summary>Locks the project that a request names for a task; null if it names none.</summary>
    /// <exception cref="InvalidRequestException"><c>project.not_found</c>.</exception>
    /// <exception cref="Domain.Common.DomainException">The task is open, and the project is archived or deleted.</exception>
    public static async Task<ProjectId?> EnterAsync(
        this IProjectRepository projects, Guid? id, bool mustTakeOpenTasks, CancellationToken cancellationToken)
    {
        if (id is not { } value)
            return null;
        var project = await projects.LockAsync(new(value), cancellationToken)
            ?? throw Refusals.NoSuchProject(value);
        if (mustTakeOpenTasks)
            project.EnsureTakesOpenTasks();
        return project.Id;
    }

    /// <summary>Locks a project that is to be closed or changed in what it takes in.</summary>
    /// <exception cref="NotFoundException">There is none.</exception>
    /// <exception cref="VersionMismatchException">It has another version than the one expected.</exception>
    public static async Task<Project> GetLockedAsync(
        this IProjectRepository projects, ProjectId id, long? expectedVersion, CancellationToken cancellationToken)
    {
        var project = await projects.LockAsync(id, cancellationToken) ?? throw new NotFoundException("project", id);
        return project.AtVersion(expectedVersion);
    }
}
