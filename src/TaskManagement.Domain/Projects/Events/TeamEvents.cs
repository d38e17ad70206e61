using TaskManagement.Domain.Common;
using TaskManagement.Domain.Tasks;

namespace TaskManagement.Domain.Projects.Events;

/// <summary>A person was invited into a project. The project stays hidden from them until they join.</summary>
/// <param name="ProjectId">The project.</param>
/// <param name="UserId">The person.</param>
/// <param name="Role">The role that they will have.</param>
[EventType("team.member_invited", 1)]
public sealed record TeamMemberInvited(ProjectId ProjectId, UserId UserId, ProjectRole Role) : DomainEvent;

/// <summary>A person joined a project: by accepting the invitation, or by creating the project.</summary>
/// <param name="ProjectId">The project.</param>
/// <param name="UserId">The person.</param>
/// <param name="Role">The role that they have.</param>
[EventType("team.member_joined", 1)]
public sealed record TeamMemberJoined(ProjectId ProjectId, UserId UserId, ProjectRole Role) : DomainEvent;

/// <summary>A member, or who is invited to be one, was given another role.</summary>
/// <param name="ProjectId">The project.</param>
/// <param name="UserId">The person.</param>
/// <param name="Before">The role before.</param>
/// <param name="After">The role after.</param>
[EventType("team.member_role_changed", 1)]
public sealed record TeamMemberRoleChanged(ProjectId ProjectId, UserId UserId, ProjectRole Before, ProjectRole After) : DomainEvent;

/// <summary>A member left or was removed, or an invitation was declined or taken back. Who did it is the actor.</summary>
/// <param name="ProjectId">The project.</param>
/// <param name="UserId">The person.</param>
/// <param name="Role">The role until then.</param>
[EventType("team.member_removed", 1)]
public sealed record TeamMemberRemoved(ProjectId ProjectId, UserId UserId, ProjectRole Role) : DomainEvent;
