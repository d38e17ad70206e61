using MediatR;
using TaskManagement.Application.Common;
using TaskManagement.Domain.Tasks;
using TaskManagement.Domain.Tasks.Events;

namespace TaskManagement.Application.Tasks.Reactions;

/// <summary>Labels a task that becomes urgent as escalated.</summary>
internal sealed class LabelUrgentTasks(ITaskRepository tasks, IChangeStamps stamps) : INotificationHandler<TaskPrioritized>
{
    private static readonly TaskLabel Escalated = TaskLabel.From("escalated");

    public async Task Handle(TaskPrioritized notification, CancellationToken cancellationToken)
    {
        if (notification.After != TaskPriority.Urgent)
            return;
        var task = await tasks.GetAsync(notification.TaskId, expectedVersion: null, cancellationToken);
        task.Relabel([.. task.Labels, Escalated], stamps.Now());
    }
}
