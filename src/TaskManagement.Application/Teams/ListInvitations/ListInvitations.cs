using FluentValidation;
using MediatR;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Application.Common.Paging;
using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Projects;

namespace TaskManagement.Application.Teams;

/// <summary>Lists the projects that the calling person is invited into, the latest invitation first: the last 200.</summary>
[Requires(Scopes.TasksRead)]
public sealed record ListInvitations : IQuery<Page<InvitationDto>>;

/// <summary>An invitation into a project.</summary>
public sealed record InvitationDto
{
    /// <summary>The id of the project, a UUID.</summary>
    public required Guid ProjectId { get; init; }

    /// <summary>Its key, such as OPS.</summary>
    public required string ProjectKey { get; init; }

    /// <summary>Its name.</summary>
    public required string ProjectName { get; init; }

    /// <summary>The role that comes with it: viewer, commenter, editor or owner.</summary>
    public required ProjectRole Role { get; init; }

    /// <summary>When it was made, in UTC.</summary>
    public required DateTimeOffset InvitedAt { get; init; }
}

internal sealed class ListInvitationsValidator : AbstractValidator<ListInvitations>;

internal sealed class ListInvitationsHandler(ITeamRepository teams, ICallContext call) : IRequestHandler<ListInvitations, Page<InvitationDto>>
{
    public async Task<Page<InvitationDto>> Handle(ListInvitations request, CancellationToken cancellationToken) =>
        new(await teams.ListInvitationsAsync(call.CallingPerson(), PageLimits.Max, cancellationToken), NextCursor: null);
}
