using FluentValidation;
using MediatR;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Projects;
using TaskManagement.Domain.Tasks;

namespace TaskManagement.Application.Teams;

/// <summary>Removes a member from a project, or takes back an invitation.</summary>
/// <param name="ProjectId">The project.</param>
/// <param name="UserId">The person.</param>
[Requires(Scopes.ProjectsAdmin, ProjectRole.Owner)]
public sealed record RemoveMember(ProjectId ProjectId, UserId UserId) : ICommand<MemberDto>, IConcerns
{
    Resource IConcerns.Resource => Resource.Of(ProjectId);
}

internal sealed class RemoveMemberValidator : AbstractValidator<RemoveMember>;

internal sealed class RemoveMemberHandler(ITeamRepository teams, IChangeStamps stamps) : IRequestHandler<RemoveMember, Saved<MemberDto>>
{
    public async Task<Saved<MemberDto>> Handle(RemoveMember request, CancellationToken cancellationToken)
    {
        var team = await teams.GetWithAsync(request.ProjectId, request.UserId, cancellationToken);
        var member = team.Get(request.UserId);
        team.Remove(request.UserId, stamps.Now());
        return Saved.As(() => MemberDto.From(member));
    }
}
