namespace TaskManagement.Domain.Tasks;

/// <summary>
/// A person who wants to know what happens to a task. It is no part of the task and raises no event: who looks on changes nothing for those who work on it.
/// </summary>
/// <param name="taskId">The task.</param>
/// <param name="personId">The person.</param>
/// <param name="since">From when on, in UTC.</param>
public sealed class TaskWatcher(TaskId taskId, UserId personId, DateTimeOffset since)
{
    /// <summary>The task.</summary>
    public TaskId TaskId { get; private set; } = taskId;

    /// <summary>The person.</summary>
    public UserId PersonId { get; private set; } = personId;

    /// <summary>From when on, in UTC.</summary>
    public DateTimeOffset Since { get; private set; } = since;
}
