using FluentValidation;
using MediatR;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Application.Projects;
using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Projects;
using TaskManagement.Domain.Tasks;

namespace TaskManagement.Application.Tasks;

/// <summary>Takes a completed or cancelled task up again: → pending.</summary>
/// <param name="TaskId">The task.</param>
/// <param name="ExpectedVersion">The version that it must have, or null for any.</param>
[Requires(Scopes.TasksWrite, ProjectRole.Editor)]
public sealed record ReopenTask(TaskId TaskId, long? ExpectedVersion = null) : ICommand<TaskDto>, IConcerns
{
    Resource IConcerns.Resource => Resource.Of(TaskId);
}

internal sealed class ReopenTaskValidator : AbstractValidator<ReopenTask>;

internal sealed class ReopenTaskHandler(ITaskRepository tasks, IProjectRepository projects, IChangeStamps stamps)
    : IRequestHandler<ReopenTask, Saved<TaskDto>>
{
    public async Task<Saved<TaskDto>> Handle(ReopenTask request, CancellationToken cancellationToken)
    {
        var task = await tasks.GetAsync(request.TaskId, request.ExpectedVersion, cancellationToken);
        await projects.EnterAsync(task.ProjectId?.Value, mustTakeOpenTasks: true, cancellationToken);
        task.Reopen(stamps.Now());
        return Saved.As(() => TaskDto.From(task));
    }
}
