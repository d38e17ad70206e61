using TaskManagement.Application.Common;
using TaskManagement.Domain.Projects;
using TaskManagement.Domain.Tasks;

namespace TaskManagement.Application.Teams;

/// <summary>The teams of projects, as commands work with them. Changes are saved by the unit of work.</summary>
public interface ITeamRepository
{
    /// <summary>The team of a project; null if it has none.</summary>
    Task<Team?> FindAsync(ProjectId project, CancellationToken cancellationToken);

    /// <summary>Adds the first team of a project.</summary>
    void Add(Team team);

    /// <summary>The projects that a person is in, or invited into.</summary>
    Task<IReadOnlyList<MembershipDto>> ListMembershipsAsync(UserId person, CancellationToken cancellationToken);

    /// <summary>The projects that a person is invited into, the latest invitation first.</summary>
    Task<IReadOnlyList<InvitationDto>> ListInvitationsAsync(UserId person, int limit, CancellationToken cancellationToken);
}

/// <summary>Ways to teams.</summary>
internal static class TeamRepositoryExtensions
{
    /// <summary>The team that a person is in, or is invited to.</summary>
    /// <exception cref="NotFoundException">The person is neither; it is the person that there is none of.</exception>
    public static async Task<Team> GetWithAsync(this ITeamRepository teams, ProjectId project, UserId person, CancellationToken cancellationToken) =>
        await teams.FindAsync(project, cancellationToken) is { } team && team.Find(person) is not null ? team : throw new NotFoundException("member", person);
}
