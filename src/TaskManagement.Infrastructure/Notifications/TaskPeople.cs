using Microsoft.EntityFrameworkCore;
using TaskManagement.Application.Notifications;
using TaskManagement.Domain.Tasks;
using TaskManagement.Domain.Tasks.Events;
using TaskManagement.Infrastructure.EventLog;
using TaskManagement.Infrastructure.Persistence;

namespace TaskManagement.Infrastructure.Notifications;

internal sealed class TaskPeople(TaskManagementDbContext db, CompiledQueries queries, EventTypes types, Visibility visibility) : ITaskPeople
{
    public Task<TaskHeading?> FindAsync(TaskId task, CancellationToken cancellationToken) =>
        queries.Heading(db, task, cancellationToken);

    public async Task<UserId?> FindAssigneeAsync(TaskId task, long version, CancellationToken cancellationToken)
    {
        var logged = await db.EventLog.AsNoTracking()
            .Where(record => record.StreamId == task.Value && record.StreamType == "task" && record.StreamVersion <= version
                && (record.Type == "task.assigned" || record.Type == "task.unassigned"))
            .OrderByDescending(record => record.StreamVersion)
            .Select(EventLogReader.AsLogged)
            .FirstOrDefaultAsync(cancellationToken);
        return logged is not null && types.Deserialize(logged) is TaskAssigned assigned ? assigned.AssigneeId : null;
    }

    public async Task<IReadOnlyList<UserId>> FindWatchersAsync(TaskId task, DateTimeOffset since, CancellationToken cancellationToken) =>
        await queries.Watchers(db, task, since).ToListAsync(cancellationToken);

    public Task<IReadOnlySet<UserId>> FindSeeingAsync(TaskId task, IReadOnlyCollection<UserId> people, CancellationToken cancellationToken) =>
        visibility.SeeingAsync(task, people, cancellationToken);
}
