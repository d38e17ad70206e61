using TaskManagement.Domain.Common;
using TaskManagement.Domain.Projects;
using TaskManagement.Domain.Projects.Events;
using TaskManagement.Domain.Tasks;
using static TaskManagement.Domain.UnitTests.Events;

namespace TaskManagement.Domain.UnitTests;

public sealed class TeamTests
{
    private static readonly UserId Cleo = new(Guid.Parse("00000000-0000-7000-8000-00000000000c"));

    [Fact]
    public void Who_creates_a_project_owns_it()
    {
        var team = Team.OfCreator(The.Ops, The.Ann, The.Stamp);

        AssertStates(new(The.Ops, The.Ann, ProjectRole.Owner), AssertPublishedOnly<TeamMemberJoined>(team));
        AssertIs(team, The.Ann, ProjectRole.Owner, hasJoined: true);
        Assert.Equal(("team", The.Ops.Value), (team.StreamType, team.StreamId));
    }

    [Fact]
    public void Who_is_invited_has_the_role_once_they_join()
    {
        var team = TeamOfAnn();

        team.Invite(The.Ben, ProjectRole.Editor, The.Stamp);

        AssertStates(new(The.Ops, The.Ben, ProjectRole.Editor), AssertPublishedOnly<TeamMemberInvited>(team));
        AssertIs(team, The.Ben, ProjectRole.Editor, hasJoined: false);
        team.TakePendingEvents();

        team.Join(The.Ben, The.LaterStamp);

        AssertStates(new(The.Ops, The.Ben, ProjectRole.Editor), AssertPublishedOnly<TeamMemberJoined>(team));
        AssertIs(team, The.Ben, ProjectRole.Editor, hasJoined: true);
        Assert.Equal((The.Stamp.At, The.LaterStamp.At), (team.Get(The.Ben).InvitedAt, team.Get(The.Ben).JoinedAt));
    }

    [Fact]
    public void Joining_twice_says_nothing_new()
    {
        var team = TeamOfAnn();

        team.Join(The.Ann, The.LaterStamp);

        AssertPublishedNothing(team);
    }

    [Fact]
    public void No_one_joins_uninvited_and_no_one_is_invited_twice()
    {
        var team = TeamOfAnn();
        AssertRefused("member.not_found", () => team.Join(The.Ben, The.Stamp));
        AssertRefused("member.already_exists", () => team.Invite(The.Ann, ProjectRole.Viewer, The.Stamp));
        team.Invite(The.Ben, ProjectRole.Viewer, The.Stamp);

        AssertRefused("member.already_exists", () => team.Invite(The.Ben, ProjectRole.Owner, The.Stamp));
    }

    [Fact]
    public void A_change_of_role_says_before_and_after_and_the_same_role_nothing()
    {
        var team = TeamOfAnn();
        team.Invite(The.Ben, ProjectRole.Viewer, The.Stamp);
        team.TakePendingEvents();

        team.ChangeRole(The.Ben, ProjectRole.Viewer, The.Stamp);
        AssertPublishedNothing(team);
        team.ChangeRole(The.Ben, ProjectRole.Commenter, The.Stamp);

        AssertStates(new(The.Ops, The.Ben, ProjectRole.Viewer, ProjectRole.Commenter), AssertPublishedOnly<TeamMemberRoleChanged>(team));
        AssertIs(team, The.Ben, ProjectRole.Commenter, hasJoined: false);
    }

    [Fact]
    public void The_last_owner_who_joined_stays_one()
    {
        var team = TeamOfAnn();
        team.Invite(The.Ben, ProjectRole.Owner, The.Stamp);
        team.TakePendingEvents();

        AssertRefused("team.last_owner", () => team.Remove(The.Ann, The.Stamp));
        AssertRefused("team.last_owner", () => team.ChangeRole(The.Ann, ProjectRole.Editor, The.Stamp));
        AssertPublishedNothing(team);
        team.Join(The.Ben, The.Stamp);
        team.TakePendingEvents();
        team.Remove(The.Ann, The.Stamp);

        AssertStates(new(The.Ops, The.Ann, ProjectRole.Owner), AssertPublishedOnly<TeamMemberRemoved>(team));
        Assert.Null(team.Find(The.Ann));
        AssertRefused("team.last_owner", () => team.Remove(The.Ben, The.Stamp));
    }

    [Fact]
    public void An_invitation_can_be_taken_back_and_made_again()
    {
        var team = TeamOfAnn();
        team.Invite(Cleo, ProjectRole.Owner, The.Stamp);

        team.Remove(Cleo, The.Stamp);
        team.Invite(Cleo, ProjectRole.Viewer, The.Stamp);

        AssertPublishedInOrder(team, typeof(TeamMemberInvited), typeof(TeamMemberRemoved), typeof(TeamMemberInvited));
        AssertIs(team, Cleo, ProjectRole.Viewer, hasJoined: false);
    }

    [Fact]
    public void A_team_is_not_larger_than_it_may_be()
    {
        var team = TeamOfAnn();
        for (var i = 1; i < Team.MaxMembers; i++)
            team.Invite(new(Guid.CreateVersion7()), ProjectRole.Viewer, The.Stamp);

        AssertRefused("team.too_large", () => team.Invite(The.Ben, ProjectRole.Viewer, The.Stamp));
    }

    [Fact]
    public void A_team_is_what_its_events_tell()
    {
        var team = TeamOfAnn();
        team.Invite(The.Ben, ProjectRole.Editor, The.Stamp);
        team.Join(The.Ben, The.LaterStamp);
        team.Invite(Cleo, ProjectRole.Viewer, The.Stamp);
        team.ChangeRole(The.Ben, ProjectRole.Owner, The.Stamp);
        team.Remove(The.Ann, The.Stamp);
        var first = new TeamMemberJoined(The.Ops, The.Ann, ProjectRole.Owner) { OccurredAt = The.Stamp.At };

        var rebuilt = Team.FromHistory([new(first, 1, The.Actor), .. team.PendingEvents.Select((raised, i) => new PastEvent(raised.Event, i + 2, The.Actor))]);

        Assert.Equal(team.Members.Select(Told), rebuilt.Members.Select(Told));
        Assert.Equal((The.Ops, 6), (rebuilt.ProjectId, rebuilt.Version));
    }

    private static (UserId, ProjectRole, DateTimeOffset?, DateTimeOffset?) Told(TeamMember member) => (member.UserId, member.Role, member.InvitedAt, member.JoinedAt);

    private static Team TeamOfAnn()
    {
        var team = Team.OfCreator(The.Ops, The.Ann, The.Stamp);
        team.TakePendingEvents();
        return team;
    }

    private static void AssertIs(Team team, UserId person, ProjectRole role, bool hasJoined)
    {
        var member = team.Get(person);
        Assert.Equal((role, hasJoined), (member.Role, member.HasJoined));
    }
}
