using Microsoft.EntityFrameworkCore;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Application.Notifications;
using TaskManagement.Domain.Tasks;
using TaskManagement.Infrastructure.EventLog;

namespace TaskManagement.Infrastructure.Persistence;

/// <summary>
/// The queries that are asked most, compiled once for each service: EF Core takes as long to recognise a query as a database in the same
/// process does to answer it.
/// </summary>
internal sealed class CompiledQueries
{
    /// <summary>A task as it is, deleted or not, whoever may see it.</summary>
    public Func<TaskManagementDbContext, TaskId, CancellationToken, Task<TaskItem?>> Task { get; } = EF.CompileAsyncQuery(
        (TaskManagementDbContext db, TaskId id, CancellationToken _) => db.Tasks.AsNoTracking().SingleOrDefault(task => task.Id == id));

    /// <summary>A task to be changed.</summary>
    public Func<TaskManagementDbContext, TaskId, CancellationToken, Task<TaskItem?>> TaskToChange { get; } = EF.CompileAsyncQuery(
        (TaskManagementDbContext db, TaskId id, CancellationToken _) => db.Tasks.SingleOrDefault(task => task.Id == id));

    /// <summary>What a task is called, and who created it.</summary>
    public Func<TaskManagementDbContext, TaskId, CancellationToken, Task<TaskHeading?>> Heading { get; } = EF.CompileAsyncQuery(
        (TaskManagementDbContext db, TaskId id, CancellationToken _) =>
            db.Tasks.Where(task => task.Id == id).Select(task => new TaskHeading(task.Key, task.Title, task.Due, task.CreatedBy)).SingleOrDefault());

    /// <summary>Those who have watched a task since a time.</summary>
    public Func<TaskManagementDbContext, TaskId, DateTimeOffset, IAsyncEnumerable<UserId>> Watchers { get; } = EF.CompileAsyncQuery(
        (TaskManagementDbContext db, TaskId id, DateTimeOffset since) =>
            db.TaskWatchers.Where(watcher => watcher.TaskId == id && watcher.Since <= since).Select(watcher => watcher.PersonId));

    /// <summary>The events of a stream after one of its versions.</summary>
    public Func<TaskManagementDbContext, string, Guid, long, int, IAsyncEnumerable<LoggedEvent>> Stream { get; } = EF.CompileAsyncQuery(
        (TaskManagementDbContext db, string type, Guid id, long afterVersion, int limit) => db.EventLog
            .Where(record => record.StreamId == id && record.StreamType == type && record.StreamVersion > afterVersion)
            .OrderBy(record => record.StreamVersion)
            .Take(limit)
            .Select(EventLogReader.AsLogged));

    /// <summary>How far the log goes; null if it is empty.</summary>
    public Func<TaskManagementDbContext, CancellationToken, Task<long?>> Head { get; } = EF.CompileAsyncQuery(
        (TaskManagementDbContext db, CancellationToken _) => db.EventLog.Where(record => record.Position != null).Max(record => record.Position));

    /// <summary>The events of the log after one position, up to another.</summary>
    public Func<TaskManagementDbContext, long, long, int, IAsyncEnumerable<LoggedEvent>> Log { get; } = EF.CompileAsyncQuery(
        (TaskManagementDbContext db, long after, long upTo, int limit) => db.EventLog
            .Where(record => record.Position > after && record.Position <= upTo)
            .OrderBy(record => record.Position)
            .Take(limit)
            .Select(EventLogReader.AsLogged));
}
