using MediatR;
using TaskManagement.Application.Incoming;
using TaskManagement.Domain.Incoming.Events;

namespace TaskManagement.Application.Tasks.Reactions;

/// <summary>
/// Completes the task of another system's thing when <c>taskmanagement.task.complete</c> says that it is done. Where there is none, or it is done
/// or deleted, nothing is to be done.
/// </summary>
[CloudEventTypes("taskmanagement.task.complete")]
internal sealed class CompleteTaskOfSubject(ITaskRepository tasks, ISender sender) : INotificationHandler<IncomingCloudEvent>
{
    public async Task Handle(IncomingCloudEvent notification, CancellationToken cancellationToken)
    {
        var id = SubjectTask.IdOf(notification);
        if (await tasks.FindAsync(id, cancellationToken) is not { IsOpen: true, IsDeleted: false })
            return;
        await sender.Send(new StartTask(id), cancellationToken);
        await sender.Send(new CompleteTask(id), cancellationToken);
    }
}
