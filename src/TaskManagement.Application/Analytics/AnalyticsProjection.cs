using TaskManagement.Domain.Common;
using TaskManagement.Domain.Projects;
using TaskManagement.Domain.Tasks;
using TaskManagement.Domain.Tasks.Events;

namespace TaskManagement.Application.Analytics;

/// <summary>
/// Counts what happens to tasks per day, project and person, from their events alone. What a day once said stays true: everything counts on
/// the day, in UTC, on which it happened, for the project and the assignee that the task had then, and nothing is taken back.
/// <para>
/// A task counts as completed each time it is. Its completion time runs from its creation, or from its last reopening if it was reopened: the
/// time during which it was closed is no one's work, and what came before was counted when it was completed first. A task that is deleted
/// keeps what it counted for. A task whose creation was never seen counts without a completion time.
/// </para>
/// </summary>
/// <param name="store">Where the counts are kept.</param>
public sealed class AnalyticsProjection(IAnalyticsStore store)
{
    /// <summary>Counts events, in the order in which they are given. Others than those of tasks are passed over.</summary>
    /// <param name="events">The events: what they touch is read at once.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task ApplyAsync(IReadOnlyCollection<IDomainEvent> events, CancellationToken cancellationToken)
    {
        var tallies = await TallyAsync(events, cancellationToken);
        if (tallies.Count == 0)
            return;
        AnalyticsKey[] keys = [.. tallies.Select(tally => tally.Key).Distinct()];
        var days = (await store.FindAsync(keys, cancellationToken)).ToDictionary(day => day.Key);
        foreach (var tally in tallies)
        {
            if (!days.TryGetValue(tally.Key, out var day))
            {
                days.Add(tally.Key, day = new(tally.Key));
                store.Add(day);
            }

            day.Count(tally.Fact);
            if (tally.CompletionTime is { } time)
                day.Time(time);
        }
    }

    private async Task<List<Tally>> TallyAsync(IReadOnlyCollection<IDomainEvent> events, CancellationToken cancellationToken)
    {
        TaskId[] ids = [.. events.Select(TaskOf).OfType<TaskId>().Distinct()];
        var tasks = ids.Length == 0 ? [] : (await store.FindAsync(ids, cancellationToken)).ToDictionary(task => task.Id);
        var tallies = new List<Tally>();
        foreach (var happened in events)
        {
            if (happened is TaskCreated created)
            {
                var opened = new AnalyticsTask(created.TaskId, created.OccurredAt) { ProjectId = Zeros(created.ProjectId), PersonId = Zeros(created.AssigneeId) };
                tasks.Add(created.TaskId, opened);
                store.Add(opened);
            }

            var task = TaskOf(happened) is { } id ? tasks.GetValueOrDefault(id) : null;
            if (Apply(happened, task) is { } tally)
                tallies.Add(tally);
        }

        return tallies;
    }

    /// <summary>Notes what an event changes of its task, and says what it counts for; null for nothing.</summary>
    private static Tally? Apply(IDomainEvent happened, AnalyticsTask? task)
    {
        switch (happened)
        {
            case TaskAssigned assigned:
                task?.PersonId = assigned.AssigneeId.Value;
                return null;
            case TaskUnassigned:
                task?.PersonId = Guid.Empty;
                return null;
            case TaskMoved moved:
                task?.ProjectId = Zeros(moved.After);
                return null;
            case TaskCreated:
                return Of(AnalyticsFact.Created);
            case TaskCancelled:
                return Of(AnalyticsFact.Cancelled);
            case TaskReopened:
                task?.OpenedAt = happened.OccurredAt;
                return Of(AnalyticsFact.Reopened);
            case TaskCompleted completed:
                return new(
                    new(DayOf(completed), Zeros(completed.ProjectId), Zeros(completed.AssigneeId)),
                    AnalyticsFact.Completed,
                    completed.OccurredAt - task?.OpenedAt);
            default:
                return null;
        }

        Tally Of(AnalyticsFact fact) => new(new(DayOf(happened), task?.ProjectId ?? Guid.Empty, task?.PersonId ?? Guid.Empty), fact, CompletionTime: null);
    }

    private static TaskId? TaskOf(IDomainEvent happened) => happened switch
    {
        TaskCreated created => created.TaskId,
        TaskAssigned assigned => assigned.TaskId,
        TaskUnassigned unassigned => unassigned.TaskId,
        TaskMoved moved => moved.TaskId,
        TaskCompleted completed => completed.TaskId,
        TaskCancelled cancelled => cancelled.TaskId,
        TaskReopened reopened => reopened.TaskId,
        _ => null,
    };

    private static DateOnly DayOf(IDomainEvent happened) => DateOnly.FromDateTime(happened.OccurredAt.UtcDateTime);

    private static Guid Zeros(ProjectId? project) => project?.Value ?? Guid.Empty;

    private static Guid Zeros(UserId? person) => person?.Value ?? Guid.Empty;

    /// <summary>What one event counts for.</summary>
    private sealed record Tally(AnalyticsKey Key, AnalyticsFact Fact, TimeSpan? CompletionTime);
}
