using TaskManagement.Domain.Common;
using TaskManagement.Domain.Projects;

namespace TaskManagement.Domain.Tasks.Events;

/// <summary>A task came into being, with everything it began with.</summary>
/// <param name="TaskId">The task.</param>
/// <param name="Title">Its title.</param>
/// <param name="Description">Its description in Markdown, or null.</param>
/// <param name="Priority">Its priority.</param>
/// <param name="Due">When it is due, or null.</param>
/// <param name="Labels">Its labels.</param>
/// <param name="AssigneeId">To whom it is assigned, or null; <see cref="TaskAssigned"/> follows.</param>
/// <param name="ProjectId">Its project, or null; <see cref="TaskNumbered"/> follows.</param>
[EventType("task.created", 1)]
public sealed record TaskCreated(
    TaskId TaskId,
    string Title,
    string? Description,
    TaskPriority Priority,
    DueDate? Due,
    IReadOnlyList<string> Labels,
    UserId? AssigneeId,
    ProjectId? ProjectId) : DomainEvent;

/// <summary>A task moved on in its workflow. What the move means is said by the event that follows, if there is one.</summary>
/// <param name="TaskId">The task.</param>
/// <param name="Before">The status before.</param>
/// <param name="After">The status after.</param>
[EventType("task.status_changed", 1)]
public sealed record TaskStatusChanged(TaskId TaskId, TaskItemStatus Before, TaskItemStatus After) : DomainEvent;

/// <summary>A task was completed.</summary>
/// <param name="TaskId">The task.</param>
/// <param name="Title">Its title at that time.</param>
/// <param name="CompletedBy">Who completed it.</param>
/// <param name="CompletedAt">When, in UTC.</param>
/// <param name="AssigneeId">To whom it was assigned, or null.</param>
/// <param name="ProjectId">Its project, or null.</param>
[EventType("task.completed", 1)]
public sealed record TaskCompleted(
    TaskId TaskId, string Title, ActorId CompletedBy, DateTimeOffset CompletedAt, UserId? AssigneeId, ProjectId? ProjectId) : DomainEvent;

/// <summary>A completed or cancelled task was taken up again.</summary>
/// <param name="TaskId">The task.</param>
/// <param name="Title">Its title at that time.</param>
[EventType("task.reopened", 1)]
public sealed record TaskReopened(TaskId TaskId, string Title) : DomainEvent;

/// <summary>A task was given up.</summary>
/// <param name="TaskId">The task.</param>
/// <param name="Title">Its title at that time.</param>
/// <param name="Reason">Why, or null.</param>
[EventType("task.cancelled", 1)]
public sealed record TaskCancelled(TaskId TaskId, string Title, string? Reason) : DomainEvent;

/// <summary>The title or the description of a task changed.</summary>
/// <param name="TaskId">The task.</param>
/// <param name="Title">The title before and after, or null if it did not change.</param>
/// <param name="Description">The description before and after, or null if it did not change.</param>
[EventType("task.details_changed", 1)]
public sealed record TaskDetailsChanged(TaskId TaskId, Change<string>? Title, Change<string?>? Description) : DomainEvent;

/// <summary>A task was given to a person.</summary>
/// <param name="TaskId">The task.</param>
/// <param name="Title">Its title at that time.</param>
/// <param name="AssigneeId">The person.</param>
/// <param name="PreviousAssigneeId">Who had it before, or null.</param>
[EventType("task.assigned", 1)]
public sealed record TaskAssigned(TaskId TaskId, string Title, UserId AssigneeId, UserId? PreviousAssigneeId) : DomainEvent;

/// <summary>A task was taken from a person and given to no one.</summary>
/// <param name="TaskId">The task.</param>
/// <param name="Title">Its title at that time.</param>
/// <param name="PreviousAssigneeId">Who had it before.</param>
[EventType("task.unassigned", 1)]
public sealed record TaskUnassigned(TaskId TaskId, string Title, UserId PreviousAssigneeId) : DomainEvent;

/// <summary>The priority of a task changed.</summary>
/// <param name="TaskId">The task.</param>
/// <param name="Before">The priority before.</param>
/// <param name="After">The priority after.</param>
[EventType("task.prioritized", 1)]
public sealed record TaskPrioritized(TaskId TaskId, TaskPriority Before, TaskPriority After) : DomainEvent;

/// <summary>The due date of a task changed.</summary>
/// <param name="TaskId">The task.</param>
/// <param name="Before">When it was due, or null.</param>
/// <param name="After">When it is due, or null.</param>
[EventType("task.rescheduled", 1)]
public sealed record TaskRescheduled(TaskId TaskId, DueDate? Before, DueDate? After) : DomainEvent;

/// <summary>The labels of a task changed.</summary>
/// <param name="TaskId">The task.</param>
/// <param name="Before">The labels before.</param>
/// <param name="After">The labels after.</param>
[EventType("task.labels_changed", 1)]
public sealed record TaskLabelsChanged(TaskId TaskId, IReadOnlyList<string> Before, IReadOnlyList<string> After) : DomainEvent;

/// <summary>A task changed its project; it lost its key, and <see cref="TaskNumbered"/> follows if it has a project now.</summary>
/// <param name="TaskId">The task.</param>
/// <param name="Before">The project before, or null.</param>
/// <param name="After">The project after, or null.</param>
/// <param name="PreviousKey">The key it lost, such as <c>OPS-42</c>, or null.</param>
[EventType("task.moved", 1)]
public sealed record TaskMoved(TaskId TaskId, ProjectId? Before, ProjectId? After, string? PreviousKey) : DomainEvent;

/// <summary>A task got its number in its project.</summary>
/// <param name="TaskId">The task.</param>
/// <param name="ProjectId">The project.</param>
/// <param name="Number">The number, from 1 without gaps.</param>
/// <param name="Key">The task's new key, such as <c>OPS-42</c>.</param>
[EventType("task.numbered", 1)]
public sealed record TaskNumbered(TaskId TaskId, ProjectId ProjectId, long Number, string Key) : DomainEvent;

/// <summary>Someone said something about a task.</summary>
/// <param name="TaskId">The task.</param>
/// <param name="CommentId">The comment.</param>
/// <param name="Text">What was said, in Markdown.</param>
/// <param name="Mentions">The people whom it mentions, each once.</param>
[EventType("task.commented", 1)]
public sealed record TaskCommented(TaskId TaskId, CommentId CommentId, string Text, IReadOnlyList<UserId> Mentions) : DomainEvent;

/// <summary>A task was deleted. It can be restored.</summary>
/// <param name="TaskId">The task.</param>
/// <param name="Title">Its title at that time.</param>
/// <param name="Reason">Why, or null.</param>
[EventType("task.deleted", 1)]
public sealed record TaskDeleted(TaskId TaskId, string Title, string? Reason) : DomainEvent;

/// <summary>A deleted task was restored.</summary>
/// <param name="TaskId">The task.</param>
/// <param name="Title">Its title at that time.</param>
[EventType("task.restored", 1)]
public sealed record TaskRestored(TaskId TaskId, string Title) : DomainEvent;
