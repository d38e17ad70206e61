using FluentValidation;
using MediatR;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Projects;

namespace TaskManagement.Application.Teams;

/// <summary>Accepts the invitation of the calling person into a project; who is a member stays one.</summary>
/// <param name="ProjectId">The project.</param>
[Requires(Scopes.TasksWrite)]
public sealed record JoinProject(ProjectId ProjectId) : ICommand<MemberDto>;

internal sealed class JoinProjectValidator : AbstractValidator<JoinProject>;

internal sealed class JoinProjectHandler(ITeamRepository teams, ICallContext call, IChangeStamps stamps) : IRequestHandler<JoinProject, Saved<MemberDto>>
{
    public async Task<Saved<MemberDto>> Handle(JoinProject request, CancellationToken cancellationToken)
    {
        var person = call.CallingPerson();
        var team = await teams.GetWithAsync(request.ProjectId, person, cancellationToken);
        team.Join(person, stamps.Now());
        return Saved.As(() => MemberDto.From(team.Get(person)));
    }
}
