using TaskManagement.Application.Accounts;
using TaskManagement.Application.Common;
using TaskManagement.Domain.Tasks;

namespace TaskManagement.Application.Teams;

/// <summary>The projects that a person is in, or invited into. The last owner stays, by id, until an administrator makes someone else one.</summary>
internal sealed class PersonalTeams(ITeamRepository teams, IChangeStamps stamps) : IPersonalData
{
    public async Task EraseAsync(UserId person, CancellationToken cancellationToken)
    {
        foreach (var membership in await teams.ListMembershipsAsync(person, cancellationToken))
        {
            if (await teams.FindAsync(new(membership.ProjectId), cancellationToken) is { } team && !team.IsLastOwner(person))
                team.Remove(person, stamps.Now());
        }
    }
}
