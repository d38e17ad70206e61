using FluentValidation;
using MediatR;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Domain.Common;
using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Projects;
using TaskManagement.Domain.Tasks;

namespace TaskManagement.Application.Tasks;

/// <summary>Gives a task up: pending or in_progress → cancelled.</summary>
/// <param name="TaskId">The task.</param>
/// <param name="ExpectedVersion">The version that it must have, or null for any.</param>
/// <param name="Reason">Why, in 1–500 characters, or null.</param>
[Requires(Scopes.TasksWrite, ProjectRole.Editor)]
public sealed record CancelTask(TaskId TaskId, long? ExpectedVersion = null, string? Reason = null) : ICommand<TaskDto>, IConcerns
{
    Resource IConcerns.Resource => Resource.Of(TaskId);
}

internal sealed class CancelTaskValidator : AbstractValidator<CancelTask>
{
    public CancelTaskValidator() => RuleFor(c => c.Reason).PassesIfPresent(Domain.Common.Reason.Rule.Check);
}

internal sealed class CancelTaskHandler(ITaskRepository tasks, IChangeStamps stamps) : IRequestHandler<CancelTask, Saved<TaskDto>>
{
    public async Task<Saved<TaskDto>> Handle(CancelTask request, CancellationToken cancellationToken)
    {
        var task = await tasks.GetAsync(request.TaskId, request.ExpectedVersion, cancellationToken);
        task.Cancel(Reason.From(request.Reason), stamps.Now());
        return Saved.As(() => TaskDto.From(task));
    }
}
