using MediatR;
using TaskManagement.Application.Common;
using TaskManagement.Application.Incoming;
using TaskManagement.Domain.Incoming.Events;
using TaskManagement.Domain.Tasks;

namespace TaskManagement.Application.Tasks.Reactions;

/// <summary>Labels tasks as live when a deployment says that they are.</summary>
[CloudEventTypes("com.example.deployment.*")]
internal sealed class LabelDeployedTasks(ITaskRepository tasks, IChangeStamps stamps) : INotificationHandler<IncomingCloudEvent>
{
    private static readonly TaskLabel Live = TaskLabel.From("live");

    public async Task Handle(IncomingCloudEvent notification, CancellationToken cancellationToken)
    {
        foreach (var id in notification.ReadData<Deployment>().Tasks ?? [])
        {
            var task = await tasks.GetAsync(id, expectedVersion: null, cancellationToken);
            task.Relabel([.. task.Labels, Live], stamps.Now());
        }
    }

    private sealed record Deployment(IReadOnlyList<TaskId>? Tasks = null);
}
