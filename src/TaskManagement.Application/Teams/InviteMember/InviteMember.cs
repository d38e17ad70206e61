using FluentValidation;
using MediatR;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Application.Projects;
using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Projects;
using TaskManagement.Domain.Tasks;

namespace TaskManagement.Application.Teams;

/// <summary>Invites a person into a project. Until they join, it stays hidden from them.</summary>
/// <param name="ProjectId">The project.</param>
/// <param name="UserId">The person.</param>
/// <param name="Role">The role that they will have.</param>
[Requires(Scopes.ProjectsAdmin, ProjectRole.Owner)]
public sealed record InviteMember(ProjectId ProjectId, Guid UserId, ProjectRole Role) : ICommand<MemberDto>, IConcerns
{
    Resource IConcerns.Resource => Resource.Of(ProjectId);
}

internal sealed class InviteMemberValidator : AbstractValidator<InviteMember>
{
    public InviteMemberValidator()
    {
        RuleFor(c => c.UserId).NotEmpty().WithErrorCode("user_id.required").WithMessage("Say which person is invited.");
        RuleFor(c => c.Role).IsRole();
    }
}

internal sealed class InviteMemberHandler(ITeamRepository teams, IProjectRepository projects, IChangeStamps stamps)
    : IRequestHandler<InviteMember, Saved<MemberDto>>
{
    public async Task<Saved<MemberDto>> Handle(InviteMember request, CancellationToken cancellationToken)
    {
        await projects.GetAsync(request.ProjectId, expectedVersion: null, cancellationToken);
        var (person, stamp) = (new UserId(request.UserId), stamps.Now());
        var team = await teams.FindAsync(request.ProjectId, cancellationToken);
        if (team is null)
            teams.Add(team = Team.Of(request.ProjectId));
        team.Invite(person, request.Role, stamp);
        return Saved.As(() => MemberDto.From(team.Get(person)));
    }
}

internal static class RoleRules
{
    /// <summary>A role must be said: there is none by default.</summary>
    public static void IsRole<T>(this IRuleBuilder<T, ProjectRole> rule) => rule.IsInEnum().WithErrorCode("role.required").WithMessage("Say which role: viewer, commenter, editor or owner.");
}
