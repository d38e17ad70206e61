using Microsoft.EntityFrameworkCore;
using TaskManagement.Application.Common;
using TaskManagement.Domain.Tasks;

namespace TaskManagement.Application.Tasks;

/// <summary>What belongs to a task is shown to those to whom the task is.</summary>
internal static class ShownTasks
{
    /// <summary>Sees to it that the caller is shown a task.</summary>
    /// <exception cref="NotFoundException">There is none, it is deleted, or the caller may not see it.</exception>
    public static async Task EnsureShownAsync(this IReadDatabase database, TaskId id, CancellationToken cancellationToken)
    {
        if (!await database.Tasks.AnyAsync(task => task.Id == id && task.DeletedAt == null, cancellationToken))
            throw new NotFoundException("task", id);
    }
}
