using MediatR;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Domain.Common;
using TaskManagement.Domain.Tasks.Events;

namespace TaskManagement.Application.Analytics.Reactions;

/// <summary>Counts what happens to tasks per day, project and person; <see cref="AnalyticsProjection"/> says how.</summary>
[Subscription("count-tasks", BatchSize = 200, StartFrom = StartFrom.Beginning, Replayable = true)]
internal sealed class CountTasks(IAnalyticsStore store)
    : IBatchHandler,
        IRebuildable,
        INotificationHandler<Committed<TaskCreated>>,
        INotificationHandler<Committed<TaskAssigned>>,
        INotificationHandler<Committed<TaskUnassigned>>,
        INotificationHandler<Committed<TaskMoved>>,
        INotificationHandler<Committed<TaskCompleted>>,
        INotificationHandler<Committed<TaskCancelled>>,
        INotificationHandler<Committed<TaskReopened>>
{
    private readonly AnalyticsProjection _projection = new(store);

    public async Task<IReadOnlyList<FailedEvent>> HandleAsync(IReadOnlyList<Committed<IDomainEvent>> batch, CancellationToken cancellationToken)
    {
        await _projection.ApplyAsync([.. batch.Select(committed => committed.Event)], cancellationToken);
        return [];
    }

    public Task ResetAsync(CancellationToken cancellationToken) => store.ClearAsync(cancellationToken);

    public Task Handle(Committed<TaskCreated> notification, CancellationToken cancellationToken) => CountAsync(notification.Event, cancellationToken);

    public Task Handle(Committed<TaskAssigned> notification, CancellationToken cancellationToken) => CountAsync(notification.Event, cancellationToken);

    public Task Handle(Committed<TaskUnassigned> notification, CancellationToken cancellationToken) => CountAsync(notification.Event, cancellationToken);

    public Task Handle(Committed<TaskMoved> notification, CancellationToken cancellationToken) => CountAsync(notification.Event, cancellationToken);

    public Task Handle(Committed<TaskCompleted> notification, CancellationToken cancellationToken) => CountAsync(notification.Event, cancellationToken);

    public Task Handle(Committed<TaskCancelled> notification, CancellationToken cancellationToken) => CountAsync(notification.Event, cancellationToken);

    public Task Handle(Committed<TaskReopened> notification, CancellationToken cancellationToken) => CountAsync(notification.Event, cancellationToken);

    private Task CountAsync(IDomainEvent happened, CancellationToken cancellationToken) => _projection.ApplyAsync([happened], cancellationToken);
}
