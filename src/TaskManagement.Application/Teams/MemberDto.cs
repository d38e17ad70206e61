using TaskManagement.Domain.Projects;

namespace TaskManagement.Application.Teams;

/// <summary>A project that a person is in, or invited into.</summary>
/// <param name="ProjectId">The id of the project, a UUID.</param>
/// <param name="Role">What the person may do, once they have joined: viewer, commenter, editor or owner.</param>
/// <param name="InvitedAt">When they were invited, in UTC; null for who created the project.</param>
/// <param name="JoinedAt">When they joined, in UTC; null while they are only invited.</param>
public sealed record MembershipDto(Guid ProjectId, ProjectRole Role, DateTimeOffset? InvitedAt, DateTimeOffset? JoinedAt);

/// <summary>A person in a project, or one who is invited.</summary>
public sealed record MemberDto
{
    /// <summary>The id of the person, a UUID.</summary>
    public required Guid UserId { get; init; }

    /// <summary>What they may do: viewer, commenter, editor or owner.</summary>
    public required ProjectRole Role { get; init; }

    /// <summary>When they were invited, in UTC; null for who created the project.</summary>
    public required DateTimeOffset? InvitedAt { get; init; }

    /// <summary>When they joined, in UTC; null while they are only invited.</summary>
    public required DateTimeOffset? JoinedAt { get; init; }

    /// <summary>A member as clients see it.</summary>
    public static MemberDto From(TeamMember member) => new()
    {
        UserId = member.UserId.Value,
        Role = member.Role,
        InvitedAt = member.InvitedAt,
        JoinedAt = member.JoinedAt,
    };
}
