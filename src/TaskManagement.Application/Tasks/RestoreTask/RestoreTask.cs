using FluentValidation;
using MediatR;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Application.Projects;
using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Projects;
using TaskManagement.Domain.Tasks;

namespace TaskManagement.Application.Tasks;

/// <summary>Restores a deleted task as it was.</summary>
/// <param name="TaskId">The task.</param>
/// <param name="ExpectedVersion">The version that it must have, or null for any.</param>
[Requires(Scopes.TasksWrite, ProjectRole.Editor)]
public sealed record RestoreTask(TaskId TaskId, long? ExpectedVersion = null) : ICommand<TaskDto>, IConcerns
{
    Resource IConcerns.Resource => Resource.Of(TaskId);
}

internal sealed class RestoreTaskValidator : AbstractValidator<RestoreTask>;

internal sealed class RestoreTaskHandler(ITaskRepository tasks, IProjectRepository projects, IChangeStamps stamps)
    : IRequestHandler<RestoreTask, Saved<TaskDto>>
{
    public async Task<Saved<TaskDto>> Handle(RestoreTask request, CancellationToken cancellationToken)
    {
        var task = await tasks.GetAsync(request.TaskId, request.ExpectedVersion, cancellationToken);
        await projects.EnterAsync(task.ProjectId?.Value, mustTakeOpenTasks: task.IsOpen, cancellationToken);
        task.Restore(stamps.Now());
        return Saved.As(() => TaskDto.From(task));
    }
}
