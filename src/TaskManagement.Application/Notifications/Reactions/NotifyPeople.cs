using MediatR;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Domain.Common;
using TaskManagement.Domain.Tasks;
using TaskManagement.Domain.Tasks.Events;

namespace TaskManagement.Application.Notifications.Reactions;

/// <summary>
/// Puts what happens to tasks into the lists of notifications of the people whom it concerns. Replayed, it adds what is missing and leaves alone what is
/// there, read or not.
/// </summary>
[Subscription("notifications", BatchSize = 50, Replayable = true, AfterDeadLetter = AfterDeadLetter.Continue)]
internal sealed class NotifyPeople(TaskAudience audience, INotificationStore notifications, TimeProvider clock)
    : INotificationHandler<Committed<TaskAssigned>>,
        INotificationHandler<Committed<TaskUnassigned>>,
        INotificationHandler<Committed<TaskCommented>>,
        INotificationHandler<Committed<TaskCompleted>>,
        INotificationHandler<Committed<TaskReopened>>,
        INotificationHandler<Committed<TaskCancelled>>,
        INotificationHandler<Committed<TaskRescheduled>>
{
    public Task Handle(Committed<TaskAssigned> notification, CancellationToken cancellationToken) => NotifyAsync(notification, comment: null, cancellationToken);

    public Task Handle(Committed<TaskUnassigned> notification, CancellationToken cancellationToken) => NotifyAsync(notification, comment: null, cancellationToken);

    public Task Handle(Committed<TaskCommented> notification, CancellationToken cancellationToken) => NotifyAsync(notification, notification.Event.CommentId, cancellationToken);

    public Task Handle(Committed<TaskCompleted> notification, CancellationToken cancellationToken) => NotifyAsync(notification, comment: null, cancellationToken);

    public Task Handle(Committed<TaskReopened> notification, CancellationToken cancellationToken) => NotifyAsync(notification, comment: null, cancellationToken);

    public Task Handle(Committed<TaskCancelled> notification, CancellationToken cancellationToken) => NotifyAsync(notification, comment: null, cancellationToken);

    public Task Handle(Committed<TaskRescheduled> notification, CancellationToken cancellationToken) => NotifyAsync(notification, comment: null, cancellationToken);

    private async Task NotifyAsync<TEvent>(Committed<TEvent> committed, CommentId? comment, CancellationToken cancellationToken)
        where TEvent : IDomainEvent
    {
        // What is so old was read and forgotten; replayed, it would come back as new.
        if (committed.Logged.OccurredAt <= clock.GetUtcNow() - notifications.KeptFor)
            return;
        var told = await audience.FindAsync(committed, NotificationChannel.Inbox, last: Concern.Watcher, cancellationToken);
        if (told.Count == 0)
            return;
        var made = told.Select(one => Notification.Of(one, committed.Logged, comment)).ToList();
        var known = await notifications.FindKnownAsync([.. made.Select(notification => notification.Id)], cancellationToken);
        foreach (var notification in made.Where(notification => !known.Contains(notification.Id)))
            notifications.Add(notification);
    }
}
