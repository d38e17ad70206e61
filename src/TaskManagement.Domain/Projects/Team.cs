using TaskManagement.Domain.Common;
using TaskManagement.Domain.Projects.Events;
using TaskManagement.Domain.Tasks;

namespace TaskManagement.Domain.Projects;

/// <summary>
/// The people of a project. It is an aggregate beside the project, so that neither invitations nor changes of the project stand in each other's way.
/// What a person creates has that person as owner, and never loses its last one; what a program creates is the organisation's until it has one.
/// </summary>
public sealed class Team : AggregateRoot
{
    /// <summary>The most members, those who are invited included.</summary>
    public const int MaxMembers = 1_000;

    private readonly List<TeamMember> _members = [];

    private Team()
    {
    }

    /// <summary>The project.</summary>
    public ProjectId ProjectId { get; private set; }

    /// <summary>Who is in it, and who is invited.</summary>
    public IReadOnlyList<TeamMember> Members => _members;

    /// <inheritdoc />
    public override string StreamType => "team";

    /// <inheritdoc />
    public override Guid StreamId => ProjectId.Value;

    /// <summary>The team of a project that has none yet.</summary>
    public static Team Of(ProjectId project) => new() { ProjectId = project };

    /// <summary>The team of a new project, whose creator owns it.</summary>
    public static Team OfCreator(ProjectId project, UserId creator, ChangeStamp stamp)
    {
        var team = Of(project);
        team.Raise(new TeamMemberJoined(project, creator, ProjectRole.Owner), stamp);
        return team;
    }

    /// <summary>The team that its events tell of; before the first one it is empty and has version 0.</summary>
    /// <exception cref="InvalidOperationException">The events do not follow each other from version 1.</exception>
    public static Team FromHistory(IEnumerable<PastEvent> history)
    {
        var team = new Team();
        foreach (var past in history)
            team.Replay(past);
        return team;
    }

    /// <summary>The member, or invited person, of an id.</summary>
    /// <exception cref="DomainException"><c>member.not_found</c>.</exception>
    public TeamMember Get(UserId person) => Find(person) ?? throw new DomainException("member.not_found", $"Person {person} is neither a member nor invited.");

    /// <summary>The member, or invited person, of an id; null if there is none.</summary>
    public TeamMember? Find(UserId person) => _members.Find(member => member.UserId == person);

    /// <summary>Whether a person is the one owner there is.</summary>
    public bool IsLastOwner(UserId person) => _members.FindAll(member => member is { Role: ProjectRole.Owner, HasJoined: true }) is [{ UserId: var owner }] && owner == person;

    /// <summary>Invites a person.</summary>
    /// <exception cref="DomainException"><c>member.already_exists</c>, or <c>team.too_large</c>.</exception>
    public void Invite(UserId person, ProjectRole role, ChangeStamp stamp)
    {
        if (Find(person) is { } known)
            throw new DomainException("member.already_exists", $"Person {person} is {(known.HasJoined ? "a member" : "invited")} already.");
        if (_members.Count >= MaxMembers)
            throw new DomainException("team.too_large", $"A project has at most {MaxMembers} members.");
        Raise(new TeamMemberInvited(ProjectId, person, role), stamp);
    }

    /// <summary>Takes in a person who is invited; a member stays one.</summary>
    /// <exception cref="DomainException"><c>member.not_found</c>.</exception>
    public void Join(UserId person, ChangeStamp stamp)
    {
        var member = Get(person);
        if (!member.HasJoined)
            Raise(new TeamMemberJoined(ProjectId, person, member.Role), stamp);
    }

    /// <summary>Gives a member, or who is invited, another role.</summary>
    /// <exception cref="DomainException"><c>member.not_found</c>, or <c>team.last_owner</c>.</exception>
    public void ChangeRole(UserId person, ProjectRole role, ChangeStamp stamp)
    {
        var member = Get(person);
        if (member.Role == role)
            return;
        EnsureOwnerWithout(member);
        Raise(new TeamMemberRoleChanged(ProjectId, person, member.Role, role), stamp);
    }

    /// <summary>Removes a member, or takes back an invitation.</summary>
    /// <exception cref="DomainException"><c>member.not_found</c>, or <c>team.last_owner</c>.</exception>
    public void Remove(UserId person, ChangeStamp stamp)
    {
        var member = Get(person);
        EnsureOwnerWithout(member);
        Raise(new TeamMemberRemoved(ProjectId, person, member.Role), stamp);
    }

    /// <inheritdoc />
    protected override void Apply(IDomainEvent happened)
    {
        switch (happened)
        {
            case TeamMemberInvited invited:
                ProjectId = invited.ProjectId;
                _members.Add(new(invited.UserId, invited.Role) { InvitedAt = happened.OccurredAt });
                break;
            case TeamMemberJoined joined:
                ProjectId = joined.ProjectId;
                if (Find(joined.UserId) is not { } member)
                    _members.Add(member = new(joined.UserId, joined.Role));
                member.JoinedAt = happened.OccurredAt;
                break;
            case TeamMemberRoleChanged changed:
                Get(changed.UserId).Role = changed.After;
                break;
            case TeamMemberRemoved removed:
                _members.Remove(Get(removed.UserId));
                break;
            default:
                throw Unknown(happened);
        }
    }

    private void EnsureOwnerWithout(TeamMember member)
    {
        if (IsLastOwner(member.UserId))
            throw new DomainException("team.last_owner", "A project keeps an owner: make someone else one first.");
    }
}
