using FluentValidation;
using MediatR;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Projects;
using TaskManagement.Domain.Tasks;

namespace TaskManagement.Application.Tasks;

/// <summary>Ends work on a task with success: in_progress → completed.</summary>
/// <param name="TaskId">The task.</param>
/// <param name="ExpectedVersion">The version that it must have, or null for any.</param>
[Requires(Scopes.TasksWrite, ProjectRole.Editor)]
public sealed record CompleteTask(TaskId TaskId, long? ExpectedVersion = null) : ICommand<TaskDto>, IConcerns
{
    Resource IConcerns.Resource => Resource.Of(TaskId);
}

internal sealed class CompleteTaskValidator : AbstractValidator<CompleteTask>;

internal sealed class CompleteTaskHandler(ITaskRepository tasks, IChangeStamps stamps) : IRequestHandler<CompleteTask, Saved<TaskDto>>
{
    public async Task<Saved<TaskDto>> Handle(CompleteTask request, CancellationToken cancellationToken)
    {
        var task = await tasks.GetAsync(request.TaskId, request.ExpectedVersion, cancellationToken);
        task.Complete(stamps.Now());
        return Saved.As(() => TaskDto.From(task));
    }
}
