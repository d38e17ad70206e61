using FluentValidation;
using MediatR;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Projects;
using TaskManagement.Domain.Tasks;

namespace TaskManagement.Application.Teams;

/// <summary>Gives a member, or who is invited, another role.</summary>
/// <param name="ProjectId">The project.</param>
/// <param name="UserId">The person.</param>
/// <param name="Role">The role from now on.</param>
[Requires(Scopes.ProjectsAdmin, ProjectRole.Owner)]
public sealed record ChangeMemberRole(ProjectId ProjectId, UserId UserId, ProjectRole Role) : ICommand<MemberDto>, IConcerns
{
    Resource IConcerns.Resource => Resource.Of(ProjectId);
}

internal sealed class ChangeMemberRoleValidator : AbstractValidator<ChangeMemberRole>
{
    public ChangeMemberRoleValidator() => RuleFor(c => c.Role).IsRole();
}

internal sealed class ChangeMemberRoleHandler(ITeamRepository teams, IChangeStamps stamps) : IRequestHandler<ChangeMemberRole, Saved<MemberDto>>
{
    public async Task<Saved<MemberDto>> Handle(ChangeMemberRole request, CancellationToken cancellationToken)
    {
        var team = await teams.GetWithAsync(request.ProjectId, request.UserId, cancellationToken);
        team.ChangeRole(request.UserId, request.Role, stamps.Now());
        return Saved.As(() => MemberDto.From(team.Get(request.UserId)));
    }
}
