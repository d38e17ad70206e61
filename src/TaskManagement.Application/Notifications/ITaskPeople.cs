using TaskManagement.Domain.Common;
using TaskManagement.Domain.Tasks;

namespace TaskManagement.Application.Notifications;

/// <summary>Tells what events about tasks do not: whom a task concerns, and what it is called.</summary>
public interface ITaskPeople
{
    /// <summary>A task, deleted or not; null if there is none.</summary>
    Task<TaskHeading?> FindAsync(TaskId task, CancellationToken cancellationToken);

    /// <summary>To whom a task was assigned just after one of its events, whatever has become of it since; null if to no one.</summary>
    /// <param name="task">The task.</param>
    /// <param name="version">The version of the event.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    Task<UserId?> FindAssigneeAsync(TaskId task, long version, CancellationToken cancellationToken);

    /// <summary>Those who watch a task and have since a time. Who has stopped is not remembered.</summary>
    Task<IReadOnlyList<UserId>> FindWatchersAsync(TaskId task, DateTimeOffset since, CancellationToken cancellationToken);

    /// <summary>Those of some people who may see a task now.</summary>
    Task<IReadOnlySet<UserId>> FindSeeingAsync(TaskId task, IReadOnlyCollection<UserId> people, CancellationToken cancellationToken);
}

/// <summary>A task as people speak of it.</summary>
/// <param name="Key">Its key, such as <c>OPS-42</c>, or null.</param>
/// <param name="Title">Its title.</param>
/// <param name="Due">When it is due, or null.</param>
/// <param name="CreatedBy">Who created it.</param>
public sealed record TaskHeading(string? Key, string Title, DueDate? Due, ActorId CreatedBy);
