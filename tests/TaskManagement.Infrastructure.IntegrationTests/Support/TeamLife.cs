using TaskManagement.Application.Teams;
using TaskManagement.Domain.Projects;
using TaskManagement.Domain.Tasks;
using TaskManagement.TestSupport;

namespace TaskManagement.Infrastructure.IntegrationTests.Support;

/// <summary>People in projects.</summary>
internal static class TeamLife
{
    /// <summary>A call that a person makes who may do everything.</summary>
    public static TestCall By(UserId person) => new() { Actor = new($"user:{person}") };

    /// <summary>Makes people members of a project.</summary>
    public static async Task JoinAsync(this TestHost host, ProjectId project, params UserId[] people)
    {
        foreach (var person in people)
        {
            await host.SendAsync(new InviteMember(project, person.Value, ProjectRole.Editor));
            await host.SendAsync(new JoinProject(project), By(person));
        }
    }

    /// <summary>Leaves a team of one owner and one who is invited: every event of teams is in the log.</summary>
    public static async Task LiveAsTeamAsync(this TestHost host, ProjectId project)
    {
        var (owner, leaving, invited) = (new UserId(Guid.CreateVersion7()), new UserId(Guid.CreateVersion7()), new UserId(Guid.CreateVersion7()));
        await host.JoinAsync(project, owner, leaving);
        await host.SendAsync(new ChangeMemberRole(project, owner, ProjectRole.Owner));
        await host.SendAsync(new InviteMember(project, invited.Value, ProjectRole.Viewer));
        await host.SendAsync(new ChangeMemberRole(project, invited, ProjectRole.Commenter));
        await host.SendAsync(new LeaveProject(project), By(leaving));
    }
}
