using MediatR;
using TaskManagement.Application.Common;
using TaskManagement.Application.Projects;
using TaskManagement.Domain.Projects;
using TaskManagement.Domain.Tasks;
using TaskManagement.Domain.Tasks.Events;

namespace TaskManagement.Application.Tasks.Reactions;

/// <summary>Gives a task that enters a project the project's next number, in the same transaction: numbers have no gaps and no doubles.</summary>
internal sealed class NumberTaskInItsProject(ITaskRepository tasks, IProjectRepository projects, ITaskNumbers numbers, IChangeStamps stamps)
    : INotificationHandler<TaskCreated>, INotificationHandler<TaskMoved>
{
    public Task Handle(TaskCreated notification, CancellationToken cancellationToken) =>
        NumberAsync(notification.TaskId, notification.ProjectId, cancellationToken);

    public Task Handle(TaskMoved notification, CancellationToken cancellationToken) =>
        NumberAsync(notification.TaskId, notification.After, cancellationToken);

    private async Task NumberAsync(TaskId taskId, ProjectId? projectId, CancellationToken cancellationToken)
    {
        if (projectId is not { } id)
            return;
        var project = await projects.LockAsync(id, cancellationToken) ?? throw new NotFoundException("project", id);
        var task = await tasks.GetAsync(taskId, expectedVersion: null, cancellationToken);
        var number = await numbers.NextAsync(id, cancellationToken);
        task.Number(new(ProjectKey.From(project.Key), number), stamps.Now());
    }
}
