using Microsoft.EntityFrameworkCore;
using TaskManagement.Application.Common;
using TaskManagement.Application.Tasks;
using TaskManagement.Domain.Projects;
using TaskManagement.Domain.Tasks;
using TaskManagement.Infrastructure.Persistence.Providers;

namespace TaskManagement.Infrastructure.Persistence.Repositories;

internal sealed class TaskRepository(TaskManagementDbContext db, CompiledQueries queries, DatabaseProvider provider, CommandScope command) : ITaskRepository, ITaskNumbers
{
    public async Task<TaskItem> GetAsync(TaskId id, long? expectedVersion, CancellationToken cancellationToken)
    {
        var task = await FindAsync(id, cancellationToken) ?? throw new NotFoundException("task", id);
        return task.AtVersion(expectedVersion);
    }

    public async Task<TaskItem?> FindAsync(TaskId id, CancellationToken cancellationToken)
    {
        // Who was overtaken once waits for its turn, so as not to be overtaken again and again.
        if (command.Attempt > 1 && provider.LockTask(id.Value) is { } wait)
            await db.Database.ExecuteSqlAsync(wait, cancellationToken);
        return db.Tasks.Local.FindEntry(id)?.Entity ?? await queries.TaskToChange(db, id, cancellationToken);
    }

    public async Task<IReadOnlyList<TaskItem>> GetOpenAsync(ProjectId project, CancellationToken cancellationToken) =>
        await Open(project).OrderBy(task => task.CreatedAt).ThenBy(task => task.Id).ToListAsync(cancellationToken);

    public Task<bool> AnyOpenAsync(ProjectId project, CancellationToken cancellationToken) => Open(project).AnyAsync(cancellationToken);

    public void Add(TaskItem task) => db.Tasks.Add(task);

    public async Task<long> NextAsync(ProjectId project, CancellationToken cancellationToken)
    {
        var counter = await db.TaskCounters.FindAsync([project], cancellationToken) ?? db.TaskCounters.Add(new(project)).Entity;
        return counter.Next();
    }

    private IQueryable<TaskItem> Open(ProjectId project) => db.Tasks.Where(task =>
        task.ProjectId == project && task.DeletedAt == null
        && (task.Status == TaskItemStatus.Pending || task.Status == TaskItemStatus.InProgress));
}
