using FluentValidation;
using MediatR;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Projects;
using TaskManagement.Domain.Tasks;

namespace TaskManagement.Application.Tasks;

/// <summary>Reads one task.</summary>
/// <param name="TaskId">The task.</param>
/// <param name="IncludeDeleted">Whether a deleted task is shown.</param>
[Requires(Scopes.TasksRead, ProjectRole.Viewer)]
public sealed record GetTask(TaskId TaskId, bool IncludeDeleted = false) : IQuery<TaskDto>;

internal sealed class GetTaskValidator : AbstractValidator<GetTask>;

internal sealed class GetTaskHandler(IReadDatabase database) : IRequestHandler<GetTask, TaskDto>
{
    public async Task<TaskDto> Handle(GetTask request, CancellationToken cancellationToken) =>
        await database.FindTaskAsync(request.TaskId, cancellationToken) is { } task
        && (request.IncludeDeleted || task.DeletedAt is null)
            ? TaskDto.From(task)
            : throw new NotFoundException("task", request.TaskId);
}
