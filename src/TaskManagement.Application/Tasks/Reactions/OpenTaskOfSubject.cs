using MediatR;
using TaskManagement.Application.Common;
using TaskManagement.Application.Incoming;
using TaskManagement.Domain.Incoming.Events;
using TaskManagement.Domain.Tasks;

namespace TaskManagement.Application.Tasks.Reactions;

/// <summary>
/// Opens the task of another system's thing when <c>taskmanagement.task.open</c> asks for it: it is created, or taken up again if it was completed,
/// cancelled or deleted. One that is open stays as it is, since people may be at it.
/// </summary>
[CloudEventTypes("taskmanagement.task.open")]
internal sealed class OpenTaskOfSubject(ITaskRepository tasks, ISender sender) : INotificationHandler<IncomingCloudEvent>
{
    public async Task Handle(IncomingCloudEvent notification, CancellationToken cancellationToken)
    {
        var (id, wanted) = (SubjectTask.IdOf(notification), notification.ReadData<TaskPatch>());
        var task = await tasks.FindAsync(id, cancellationToken);
        try
        {
            if (task is null)
                await sender.Send(Creation(id, wanted), cancellationToken);
            else if (task.IsDeleted || !task.IsOpen)
                await TakeUpAsync(task, wanted, cancellationToken);
        }
        catch (InvalidRequestException invalid)
        {
            throw new InvalidRequestException([.. invalid.Errors.Select(error => error with { Pointer = "/data" + error.Pointer })]);
        }
    }

    private static CreateTask Creation(TaskId id, TaskPatch wanted) => new(
        wanted.Title.Value!,
        id.Value,
        wanted.Description.Value,
        wanted.Priority.Value,
        wanted.Due.Value,
        wanted.Labels.Value,
        wanted.AssigneeId.Value,
        wanted.ProjectId.Value);

    // Reopened last: by then it is in the project that it is wanted in, which must take open tasks.
    private async Task TakeUpAsync(TaskItem task, TaskPatch wanted, CancellationToken cancellationToken)
    {
        if (task.IsDeleted)
            await sender.Send(new RestoreTask(task.Id), cancellationToken);
        await sender.Send(new UpdateTask(task.Id, ExpectedVersion: null, wanted), cancellationToken);
        if (!task.IsOpen)
            await sender.Send(new ReopenTask(task.Id), cancellationToken);
    }
}
