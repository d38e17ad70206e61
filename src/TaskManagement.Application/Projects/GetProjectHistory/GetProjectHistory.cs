using FluentValidation;
using MediatR;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Application.Common.Paging;
using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Projects;

namespace TaskManagement.Application.Projects;

/// <summary>Reads the events of a project, deleted or not, in version order.</summary>
/// <param name="ProjectId">The project.</param>
/// <param name="Limit">The most events to return.</param>
/// <param name="Cursor">Where the page before ended.</param>
[Requires(Scopes.TasksRead, ProjectRole.Viewer)]
public sealed record GetProjectHistory(ProjectId ProjectId, int Limit = PageLimits.Default, string? Cursor = null) : IQuery<Page<LoggedEvent>>, IConcerns
{
    Resource IConcerns.Resource => Resource.Of(ProjectId);
}

internal sealed class GetProjectHistoryValidator : AbstractValidator<GetProjectHistory>
{
    public GetProjectHistoryValidator() => RuleFor(q => q.Limit).IsPageLimit();
}

internal sealed class GetProjectHistoryHandler(IEventLog log) : IRequestHandler<GetProjectHistory, Page<LoggedEvent>>
{
    public Task<Page<LoggedEvent>> Handle(GetProjectHistory request, CancellationToken cancellationToken) =>
        log.ReadPageAsync("project", request.ProjectId.Value, request.Cursor, request.Limit, cancellationToken);
}
