using TaskManagement.Domain.Common;

namespace TaskManagement.Domain.Projects.Events;

/// <summary>A project came into being.</summary>
/// <param name="ProjectId">The project.</param>
/// <param name="Key">Its key, such as <c>OPS</c>.</param>
/// <param name="Name">Its name.</param>
[EventType("project.created", 1)]
public sealed record ProjectCreated(ProjectId ProjectId, string Key, string Name) : DomainEvent;

/// <summary>The name of a project changed.</summary>
/// <param name="ProjectId">The project.</param>
/// <param name="Before">The name before.</param>
/// <param name="After">The name after.</param>
[EventType("project.renamed", 1)]
public sealed record ProjectRenamed(ProjectId ProjectId, string Before, string After) : DomainEvent;

/// <summary>A project was archived. It takes in no open tasks until it is unarchived.</summary>
/// <param name="ProjectId">The project.</param>
/// <param name="Name">Its name at that time.</param>
/// <param name="OpenTasks">What is to become of its open tasks.</param>
[EventType("project.archived", 1)]
public sealed record ProjectArchived(ProjectId ProjectId, string Name, OpenTasksPolicy OpenTasks) : DomainEvent;

/// <summary>An archived project was taken into use again.</summary>
/// <param name="ProjectId">The project.</param>
/// <param name="Name">Its name at that time.</param>
[EventType("project.unarchived", 1)]
public sealed record ProjectUnarchived(ProjectId ProjectId, string Name) : DomainEvent;

/// <summary>A project without open tasks was deleted. It can be restored.</summary>
/// <param name="ProjectId">The project.</param>
/// <param name="Name">Its name at that time.</param>
/// <param name="Reason">Why, or null.</param>
[EventType("project.deleted", 1)]
public sealed record ProjectDeleted(ProjectId ProjectId, string Name, string? Reason) : DomainEvent;

/// <summary>A deleted project was restored.</summary>
/// <param name="ProjectId">The project.</param>
/// <param name="Name">Its name at that time.</param>
[EventType("project.restored", 1)]
public sealed record ProjectRestored(ProjectId ProjectId, string Name) : DomainEvent;
