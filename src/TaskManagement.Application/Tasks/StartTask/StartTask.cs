using FluentValidation;
using MediatR;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Projects;
using TaskManagement.Domain.Tasks;

namespace TaskManagement.Application.Tasks;

/// <summary>Begins work on a task: pending → in_progress.</summary>
/// <param name="TaskId">The task.</param>
/// <param name="ExpectedVersion">The version that it must have, or null for any.</param>
[Requires(Scopes.TasksWrite, ProjectRole.Editor)]
public sealed record StartTask(TaskId TaskId, long? ExpectedVersion = null) : ICommand<TaskDto>, IConcerns
{
    Resource IConcerns.Resource => Resource.Of(TaskId);
}

internal sealed class StartTaskValidator : AbstractValidator<StartTask>;

internal sealed class StartTaskHandler(ITaskRepository tasks, IChangeStamps stamps) : IRequestHandler<StartTask, Saved<TaskDto>>
{
    public async Task<Saved<TaskDto>> Handle(StartTask request, CancellationToken cancellationToken)
    {
        var task = await tasks.GetAsync(request.TaskId, request.ExpectedVersion, cancellationToken);
        task.Start(stamps.Now());
        return Saved.As(() => TaskDto.From(task));
    }
}
