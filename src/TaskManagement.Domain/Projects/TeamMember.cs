using TaskManagement.Domain.Tasks;

namespace TaskManagement.Domain.Projects;

/// <summary>A person in a team, or one who is invited.</summary>
public sealed class TeamMember
{
    internal TeamMember(UserId userId, ProjectRole role)
    {
        UserId = userId;
        Role = role;
    }

    /// <summary>The person.</summary>
    public UserId UserId { get; private set; }

    /// <summary>What they may do.</summary>
    public ProjectRole Role { get; internal set; }

    /// <summary>When they were invited, in UTC; null for who created the project.</summary>
    public DateTimeOffset? InvitedAt { get; internal set; }

    /// <summary>When they joined, in UTC; null while they are only invited.</summary>
    public DateTimeOffset? JoinedAt { get; internal set; }

    /// <summary>Whether they joined, and so have their role.</summary>
    public bool HasJoined => JoinedAt is not null;
}
