using MediatR;
using TaskManagement.Application.Common;
using TaskManagement.Application.Tasks;
using TaskManagement.Domain.Common;
using TaskManagement.Domain.Projects;
using TaskManagement.Domain.Projects.Events;

namespace TaskManagement.Application.Projects.Reactions;

/// <summary>Cancels the open tasks of a project that is archived, or refuses to archive it, as the request said; refuses to delete a project that has any.</summary>
internal sealed class SettleOpenTasksOfClosedProject(ITaskRepository tasks, IChangeStamps stamps)
    : INotificationHandler<ProjectArchived>, INotificationHandler<ProjectDeleted>
{
    public async Task Handle(ProjectArchived notification, CancellationToken cancellationToken)
    {
        if (notification.OpenTasks == OpenTasksPolicy.Refuse)
        {
            await RefuseOpenTasksAsync(notification.ProjectId, cancellationToken);
            return;
        }

        var reason = Reason.From($"Project {notification.Name} was archived.");
        foreach (var task in await tasks.GetOpenAsync(notification.ProjectId, cancellationToken))
            task.Cancel(reason, stamps.Now());
    }

    public Task Handle(ProjectDeleted notification, CancellationToken cancellationToken) =>
        RefuseOpenTasksAsync(notification.ProjectId, cancellationToken);

    private async Task RefuseOpenTasksAsync(ProjectId project, CancellationToken cancellationToken)
    {
        if (await tasks.AnyOpenAsync(project, cancellationToken))
            throw new DomainException("project.has_open_tasks", "The project has open tasks; complete, cancel or move them first.");
    }
}
