using TaskManagement.Domain.Tasks;

namespace TaskManagement.Application.Tasks;

/// <summary>Who watches tasks, as commands work with it. Changes are saved by the unit of work.</summary>
public interface ITaskWatchers
{
    /// <summary>A person as watcher of a task; null if they do not watch it.</summary>
    Task<TaskWatcher?> FindAsync(TaskId task, UserId person, CancellationToken cancellationToken);

    /// <summary>Adds a watcher.</summary>
    void Add(TaskWatcher watcher);

    /// <summary>Removes a watcher.</summary>
    void Remove(TaskWatcher watcher);
}
