using TaskManagement.Domain.Tasks;

namespace TaskManagement.Application.Tasks;

/// <summary>The comments on tasks, as they are written. Changes are saved by the unit of work.</summary>
public interface ITaskComments
{
    /// <summary>Adds a new comment.</summary>
    void Add(TaskComment comment);
}
