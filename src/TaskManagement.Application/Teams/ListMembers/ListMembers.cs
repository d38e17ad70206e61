using FluentValidation;
using MediatR;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Application.Common.Paging;
using TaskManagement.Application.Projects;
using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Projects;

namespace TaskManagement.Application.Teams;

/// <summary>Lists who is in a project and who is invited, all of them, in the order in which they came.</summary>
/// <param name="ProjectId">The project.</param>
[Requires(Scopes.TasksRead, ProjectRole.Viewer)]
public sealed record ListMembers(ProjectId ProjectId) : IQuery<Page<MemberDto>>, IConcerns
{
    Resource IConcerns.Resource => Resource.Of(ProjectId);
}

internal sealed class ListMembersValidator : AbstractValidator<ListMembers>;

internal sealed class ListMembersHandler(ITeamRepository teams, IProjectRepository projects) : IRequestHandler<ListMembers, Page<MemberDto>>
{
    public async Task<Page<MemberDto>> Handle(ListMembers request, CancellationToken cancellationToken)
    {
        if (await teams.FindAsync(request.ProjectId, cancellationToken) is { } team)
            return new([.. team.Members.OrderBy(member => member.InvitedAt ?? member.JoinedAt).ThenBy(member => member.UserId.Value).Select(MemberDto.From)], NextCursor: null);
        await projects.GetAsync(request.ProjectId, expectedVersion: null, cancellationToken);
        return new([], NextCursor: null);
    }
}
