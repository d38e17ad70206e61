using FluentValidation;
using MediatR;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Projects;

namespace TaskManagement.Application.Teams;

/// <summary>Takes the calling person out of a project, or declines the invitation.</summary>
/// <param name="ProjectId">The project.</param>
[Requires(Scopes.TasksWrite)]
public sealed record LeaveProject(ProjectId ProjectId) : ICommand<MemberDto>;

internal sealed class LeaveProjectValidator : AbstractValidator<LeaveProject>;

internal sealed class LeaveProjectHandler(ITeamRepository teams, ICallContext call, IChangeStamps stamps) : IRequestHandler<LeaveProject, Saved<MemberDto>>
{
    public async Task<Saved<MemberDto>> Handle(LeaveProject request, CancellationToken cancellationToken)
    {
        var person = call.CallingPerson();
        var team = await teams.GetWithAsync(request.ProjectId, person, cancellationToken);
        var member = team.Get(person);
        team.Remove(person, stamps.Now());
        return Saved.As(() => MemberDto.From(member));
    }
}
