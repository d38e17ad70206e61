using TaskManagement.Application.Common.Access;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Domain.Common;
using TaskManagement.Domain.Tasks;
using TaskManagement.Domain.Tasks.Events;

namespace TaskManagement.Application.Notifications;

/// <summary>
/// Finds whom an event of a task concerns: each person once, for the first reason they have, and nobody for what they did themselves or do not want to be told.
/// </summary>
internal sealed class TaskAudience(ITaskPeople tasks, INotificationPreferences preferences)
{
    /// <summary>The people to tell, in the order of their reasons.</summary>
    /// <param name="committed">What happened.</param>
    /// <param name="channel">How they are told.</param>
    /// <param name="last">The last reason that matters.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<IReadOnlyList<Told>> FindAsync<TEvent>(
        Committed<TEvent> committed, NotificationChannel channel, Concern last, CancellationToken cancellationToken)
        where TEvent : IDomainEvent
    {
        var (happened, told, settled) = (committed.Event, new List<Told>(), new HashSet<UserId>());
        if (new ActorId(committed.Logged.Actor).Person() is { } actor)
            settled.Add(actor);
        for (var concern = Concern.Mentioned; concern <= last; concern++)
        {
            foreach (var person in await ConcernedAsync(concern, happened, committed.Logged, cancellationToken))
            {
                if (settled.Add(person))
                    told.Add(new(person, concern, KindOf(happened, concern)));
            }
        }

        return await WithoutUnwillingAsync(await WithoutBlindAsync(told, new(committed.Logged.StreamId), cancellationToken), channel, cancellationToken);
    }

    /// <summary>Without those who may not see the task, but with those who have just lost it: they knew of it.</summary>
    private async Task<List<Told>> WithoutBlindAsync(List<Told> told, TaskId task, CancellationToken cancellationToken)
    {
        if (told.Count == 0)
            return told;
        var seeing = await tasks.FindSeeingAsync(task, [.. told.Select(one => one.Person)], cancellationToken);
        return [.. told.Where(one => one.Concern == Concern.PreviousAssignee || seeing.Contains(one.Person))];
    }

    private async Task<IEnumerable<UserId>> ConcernedAsync(Concern concern, IDomainEvent happened, LoggedEvent logged, CancellationToken cancellationToken)
    {
        var task = new TaskId(logged.StreamId);
        return (concern, happened) switch
        {
            (Concern.Mentioned, TaskCommented commented) => commented.Mentions,
            (Concern.PreviousAssignee, TaskAssigned assigned) => Maybe(assigned.PreviousAssigneeId),
            (Concern.PreviousAssignee, TaskUnassigned unassigned) => [unassigned.PreviousAssigneeId],
            (Concern.Mentioned or Concern.PreviousAssignee, _) or (_, TaskUnassigned) => [],
            (Concern.Assignee, TaskAssigned assigned) => [assigned.AssigneeId],
            (Concern.Assignee, TaskCompleted completed) => Maybe(completed.AssigneeId),
            (Concern.Assignee, _) => Maybe(await tasks.FindAssigneeAsync(task, logged.StreamVersion, cancellationToken)),
            (Concern.Creator, _) => Maybe((await tasks.FindAsync(task, cancellationToken))?.CreatedBy.Person()),
            _ => await tasks.FindWatchersAsync(task, logged.OccurredAt, cancellationToken),
        };
    }

    private async Task<IReadOnlyList<Told>> WithoutUnwillingAsync(List<Told> told, NotificationChannel channel, CancellationToken cancellationToken)
    {
        if (told.Count == 0)
            return told;
        var unwilling = (await preferences.FindAsync([.. told.Select(one => one.Person)], cancellationToken))
            .Where(preference => !preference.Admits(channel))
            .Select(preference => (preference.PersonId, preference.Kind))
            .ToHashSet();
        return [.. told.Where(one => !unwilling.Contains((one.Person, one.Kind)))];
    }

    private static NotificationKind KindOf(IDomainEvent happened, Concern concern) => happened switch
    {
        TaskAssigned => concern == Concern.PreviousAssignee ? NotificationKind.Unassigned : NotificationKind.Assigned,
        TaskUnassigned => NotificationKind.Unassigned,
        TaskCommented => concern == Concern.Mentioned ? NotificationKind.Mentioned : NotificationKind.Commented,
        TaskCompleted => NotificationKind.Completed,
        TaskReopened => NotificationKind.Reopened,
        TaskCancelled => NotificationKind.Cancelled,
        TaskRescheduled => NotificationKind.Rescheduled,
        _ => throw new ArgumentException($"Nobody is told of {happened.GetType().Name}.", nameof(happened)),
    };

    private static IEnumerable<UserId> Maybe(UserId? person) => person is { } one ? [one] : [];
}

/// <summary>A person who is told what happened.</summary>
/// <param name="Person">The person.</param>
/// <param name="Concern">Why they are told.</param>
/// <param name="Kind">What they are told of.</param>
internal sealed record Told(UserId Person, Concern Concern, NotificationKind Kind);
