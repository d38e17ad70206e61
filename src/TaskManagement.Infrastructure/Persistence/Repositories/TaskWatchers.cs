using TaskManagement.Application.Tasks;
using TaskManagement.Domain.Tasks;

namespace TaskManagement.Infrastructure.Persistence.Repositories;

internal sealed class TaskWatchers(TaskManagementDbContext db) : ITaskWatchers
{
    public async Task<TaskWatcher?> FindAsync(TaskId task, UserId person, CancellationToken cancellationToken) =>
        await db.TaskWatchers.FindAsync([task, person], cancellationToken);

    public void Add(TaskWatcher watcher) => db.TaskWatchers.Add(watcher);

    public void Remove(TaskWatcher watcher) => db.TaskWatchers.Remove(watcher);
}
