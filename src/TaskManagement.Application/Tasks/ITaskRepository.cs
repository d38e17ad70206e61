using TaskManagement.Application.Common;
using TaskManagement.Domain.Projects;
using TaskManagement.Domain.Tasks;

namespace TaskManagement.Application.Tasks;

/// <summary>The tasks, as commands work with them. Changes are saved by the unit of work.</summary>
public interface ITaskRepository
{
    /// <summary>A task, deleted or not.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="expectedVersion">The version that it must have, or null for any.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    /// <exception cref="NotFoundException">There is none.</exception>
    /// <exception cref="VersionMismatchException">It has another version.</exception>
    Task<TaskItem> GetAsync(TaskId id, long? expectedVersion, CancellationToken cancellationToken);

    /// <summary>A task, deleted or not; null if there is none.</summary>
    Task<TaskItem?> FindAsync(TaskId id, CancellationToken cancellationToken);

    /// <summary>The open tasks of a project that are not deleted.</summary>
    Task<IReadOnlyList<TaskItem>> GetOpenAsync(ProjectId project, CancellationToken cancellationToken);

    /// <summary>Whether a project has open tasks that are not deleted.</summary>
    Task<bool> AnyOpenAsync(ProjectId project, CancellationToken cancellationToken);

    /// <summary>Adds a new task.</summary>
    void Add(TaskItem task);
}

/// <summary>Numbers the tasks of each project from 1.</summary>
public interface ITaskNumbers
{
    /// <summary>
    /// Takes the next number, for good if the transaction commits and not at all if it doesn't.
    /// The project must be locked by <see cref="Projects.IProjectRepository.LockAsync"/>.
    /// </summary>
    Task<long> NextAsync(ProjectId project, CancellationToken cancellationToken);
}
