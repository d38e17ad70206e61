using FluentValidation;
using MediatR;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Application.Common.Paging;
using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Projects;
using TaskManagement.Domain.Tasks;

namespace TaskManagement.Application.Tasks;

/// <summary>Reads the events of a task, deleted or not, in version order.</summary>
/// <param name="TaskId">The task.</param>
/// <param name="Limit">The most events to return.</param>
/// <param name="Cursor">Where the page before ended.</param>
[Requires(Scopes.TasksRead, ProjectRole.Viewer)]
public sealed record GetTaskHistory(TaskId TaskId, int Limit = PageLimits.Default, string? Cursor = null) : IQuery<Page<LoggedEvent>>, IConcerns
{
    Resource IConcerns.Resource => Resource.Of(TaskId);
}

internal sealed class GetTaskHistoryValidator : AbstractValidator<GetTaskHistory>
{
    public GetTaskHistoryValidator() => RuleFor(q => q.Limit).IsPageLimit();
}

internal sealed class GetTaskHistoryHandler(IEventLog log) : IRequestHandler<GetTaskHistory, Page<LoggedEvent>>
{
    public Task<Page<LoggedEvent>> Handle(GetTaskHistory request, CancellationToken cancellationToken) =>
        log.ReadPageAsync("task", request.TaskId.Value, request.Cursor, request.Limit, cancellationToken);
}
