using Microsoft.EntityFrameworkCore;
using TaskManagement.Application.Teams;
using TaskManagement.Domain.Projects;
using TaskManagement.Domain.Tasks;

namespace TaskManagement.Infrastructure.Persistence.Repositories;

internal sealed class TeamRepository(TaskManagementDbContext db) : ITeamRepository
{
    public async Task<Team?> FindAsync(ProjectId project, CancellationToken cancellationToken) => await db.Teams.FindAsync([project], cancellationToken);

    public void Add(Team team) => db.Teams.Add(team);

    public async Task<IReadOnlyList<MembershipDto>> ListMembershipsAsync(UserId person, CancellationToken cancellationToken) =>
        await db.Teams.AsNoTracking()
            .SelectMany(team => team.Members, (team, member) => new { team.ProjectId, member.UserId, member.Role, member.InvitedAt, member.JoinedAt })
            .Where(member => member.UserId == person)
            .OrderBy(member => member.ProjectId)
            .Select(member => new MembershipDto(member.ProjectId.Value, member.Role, member.InvitedAt, member.JoinedAt))
            .ToListAsync(cancellationToken);

    public async Task<IReadOnlyList<InvitationDto>> ListInvitationsAsync(UserId person, int limit, CancellationToken cancellationToken) =>
        await db.Teams.AsNoTracking()
            .SelectMany(team => team.Members, (team, member) => new { team.ProjectId, member.UserId, member.Role, member.InvitedAt, member.JoinedAt })
            .Where(member => member.UserId == person && member.JoinedAt == null)
            .Join(
                db.Projects.Where(project => project.DeletedAt == null),
                member => member.ProjectId,
                project => project.Id,
                (member, project) => new { member, project })
            .OrderByDescending(row => row.member.InvitedAt)
            .Take(limit)
            .Select(row => new InvitationDto
            {
                ProjectId = row.project.Id.Value,
                ProjectKey = row.project.Key,
                ProjectName = row.project.Name,
                Role = row.member.Role,
                InvitedAt = row.member.InvitedAt!.Value,
            })
            .ToListAsync(cancellationToken);
}
