using TaskManagement.Domain.Common;
using TaskManagement.Domain.Projects;
using TaskManagement.Domain.Tasks.Events;

namespace TaskManagement.Domain.Tasks;

/// <summary>
/// A piece of work. Every change goes through a method that checks the rules and raises the events; one that changes nothing raises nothing.
/// A deleted task refuses all of them with <c>task.deleted</c>, save <see cref="Restore"/>, <see cref="Delete"/> and <see cref="Number"/>: it keeps its number.
/// </summary>
public sealed class TaskItem : AggregateRoot
{
    /// <summary>Where tasks without a due date stand when they are ordered by it: after all others.</summary>
    public static readonly DateTimeOffset Undated = new(9999, 12, 31, 23, 59, 59, TimeSpan.Zero);

    private readonly List<TaskLabel> _labels = [];

    private TaskItem()
    {
    }

    /// <summary>The id.</summary>
    public TaskId Id { get; private set; }

    /// <summary>The key within its project, such as <c>OPS-42</c>; null outside a project.</summary>
    public string? Key { get; private set; }

    /// <summary>The title; see <see cref="TaskTitle"/>.</summary>
    public string Title { get; private set; } = "";

    /// <summary>The description in Markdown, or null; see <see cref="TaskDescription"/>.</summary>
    public string? Description { get; private set; }

    /// <summary>Where it stands in its workflow.</summary>
    public TaskItemStatus Status { get; private set; }

    /// <summary>How urgent it is.</summary>
    public TaskPriority Priority { get; private set; }

    /// <summary>When it is due, or null.</summary>
    public DueDate? Due { get; private set; }

    /// <summary>The instant of <see cref="Due"/>, or null.</summary>
    public DateTimeOffset? DueAt { get; private set; }

    /// <summary><see cref="DueAt"/>, or <see cref="Undated"/>: what tasks are ordered by.</summary>
    public DateTimeOffset DueOrder { get; private set; } = Undated;

    /// <summary>The labels, in the order of their keys; no two with the same key.</summary>
    public IReadOnlyList<TaskLabel> Labels => _labels;

    /// <summary>To whom it is assigned, or null.</summary>
    public UserId? AssigneeId { get; private set; }

    /// <summary>The project, or null.</summary>
    public ProjectId? ProjectId { get; private set; }

    /// <summary>When it was completed, in UTC; null unless it is.</summary>
    public DateTimeOffset? CompletedAt { get; private set; }

    /// <inheritdoc />
    public override string StreamType => "task";

    /// <inheritdoc />
    public override Guid StreamId => Id.Value;

    /// <summary>Whether work on it remains: it is neither completed nor cancelled.</summary>
    public bool IsOpen => Status is TaskItemStatus.Pending or TaskItemStatus.InProgress;

    /// <summary>Creates a pending task.</summary>
    /// <exception cref="InvalidValueException">There are more than <see cref="TaskLabel.MaxPerTask"/> labels.</exception>
    public static TaskItem Create(
        TaskId id,
        TaskTitle title,
        TaskDescription? description,
        TaskPriority priority,
        DueDate? due,
        IEnumerable<TaskLabel> labels,
        UserId? assignee,
        ProjectId? project,
        ChangeStamp stamp)
    {
        var task = new TaskItem();
        task.Raise(
            new TaskCreated(id, title.Value, description?.Value, priority, due, Names(Distinct(labels)), assignee, project),
            stamp);
        if (assignee is { } person)
            task.Raise(new TaskAssigned(id, task.Title, person, PreviousAssigneeId: null), stamp);
        return task;
    }

    /// <summary>The task that its events tell of; before the first one it is empty and has version 0.</summary>
    /// <exception cref="InvalidOperationException">The events do not follow each other from version 1.</exception>
    public static TaskItem FromHistory(IEnumerable<PastEvent> history)
    {
        var task = new TaskItem();
        foreach (var past in history)
            task.Replay(past);
        return task;
    }

    /// <summary>Begins work: pending → in progress.</summary>
    /// <exception cref="DomainException"><c>task.transition_not_allowed</c>: it is completed or cancelled.</exception>
    public void Start(ChangeStamp stamp) => MoveTo(TaskItemStatus.InProgress, stamp);

    /// <summary>Ends work with success: in progress → completed.</summary>
    /// <exception cref="DomainException"><c>task.transition_not_allowed</c>: it is pending or cancelled.</exception>
    public void Complete(ChangeStamp stamp)
    {
        if (MoveTo(TaskItemStatus.Completed, stamp))
            Raise(new TaskCompleted(Id, Title, stamp.By, stamp.At, AssigneeId, ProjectId), stamp);
    }

    /// <summary>Gives the task up: pending or in progress → cancelled.</summary>
    /// <exception cref="DomainException"><c>task.transition_not_allowed</c>: it is completed.</exception>
    public void Cancel(Reason? reason, ChangeStamp stamp)
    {
        if (MoveTo(TaskItemStatus.Cancelled, stamp))
            Raise(new TaskCancelled(Id, Title, reason?.Value), stamp);
    }

    /// <summary>Takes the task up again: completed or cancelled → pending.</summary>
    /// <exception cref="DomainException"><c>task.transition_not_allowed</c>: it is in progress.</exception>
    public void Reopen(ChangeStamp stamp)
    {
        if (MoveTo(TaskItemStatus.Pending, stamp))
            Raise(new TaskReopened(Id, Title), stamp);
    }

    /// <summary>Changes the title and the description.</summary>
    public void Describe(TaskTitle title, TaskDescription? description, ChangeStamp stamp)
    {
        EnsureNotDeleted();
        var titleChange = Difference(Title, title.Value);
        var descriptionChange = Difference<string?>(Description, description?.Value);
        if (titleChange is not null || descriptionChange is not null)
            Raise(new TaskDetailsChanged(Id, titleChange, descriptionChange), stamp);
    }

    /// <summary>Changes the priority.</summary>
    public void Prioritize(TaskPriority priority, ChangeStamp stamp)
    {
        EnsureNotDeleted();
        if (priority != Priority)
            Raise(new TaskPrioritized(Id, Priority, priority), stamp);
    }

    /// <summary>Changes the due date; null clears it.</summary>
    public void Reschedule(DueDate? due, ChangeStamp stamp)
    {
        EnsureNotDeleted();
        if (due != Due)
            Raise(new TaskRescheduled(Id, Due, due), stamp);
    }

    /// <summary>Replaces the labels. Labels that differ only in case are the same, and keep the spelling they had.</summary>
    /// <exception cref="InvalidValueException">There are more than <see cref="TaskLabel.MaxPerTask"/> labels.</exception>
    public void Relabel(IEnumerable<TaskLabel> labels, ChangeStamp stamp)
    {
        EnsureNotDeleted();
        var after = Distinct(labels);
        if (!_labels.SequenceEqual(after))
            Raise(new TaskLabelsChanged(Id, Names(_labels), Names(after.Select(label => _labels.Find(label.Equals) ?? label))), stamp);
    }

    /// <summary>Gives the task to a person, or to no one.</summary>
    public void Assign(UserId? assignee, ChangeStamp stamp)
    {
        EnsureNotDeleted();
        if (assignee == AssigneeId)
            return;
        Raise(assignee is { } person ? new TaskAssigned(Id, Title, person, AssigneeId) : new TaskUnassigned(Id, Title, AssigneeId!.Value), stamp);
    }

    /// <summary>Moves the task to another project, or to none. It loses its key; a new project gives it a new one.</summary>
    public void Move(ProjectId? project, ChangeStamp stamp)
    {
        EnsureNotDeleted();
        if (project != ProjectId)
            Raise(new TaskMoved(Id, ProjectId, project, Key), stamp);
    }

    /// <summary>Gives the task its key in its project.</summary>
    /// <exception cref="InvalidOperationException">The task is in no project, or has a key already.</exception>
    public void Number(TaskKey key, ChangeStamp stamp)
    {
        if (ProjectId is not { } project || Key is not null)
            throw new InvalidOperationException($"Task {Id} can't be numbered {key}: its project is {ProjectId}, its key {Key}.");
        Raise(new TaskNumbered(Id, project, key.Number, key.ToString()), stamp);
    }

    /// <summary>Adds a comment. It is kept beside the task, which holds none of them.</summary>
    public void Comment(CommentId comment, CommentText text, ChangeStamp stamp)
    {
        EnsureNotDeleted();
        Raise(new TaskCommented(Id, comment, text.Value, text.Mentions), stamp);
    }

    /// <summary>Deletes the task, until it is restored.</summary>
    public void Delete(Reason? reason, ChangeStamp stamp)
    {
        if (!IsDeleted)
            Raise(new TaskDeleted(Id, Title, reason?.Value), stamp);
    }

    /// <summary>Restores the task as it was when it was deleted.</summary>
    public void Restore(ChangeStamp stamp)
    {
        if (IsDeleted)
            Raise(new TaskRestored(Id, Title), stamp);
    }

    /// <inheritdoc />
    protected override void Apply(IDomainEvent happened)
    {
        switch (happened)
        {
            case TaskCreated created:
                (Id, Title, Description, Priority) = (created.TaskId, created.Title, created.Description, created.Priority);
                (AssigneeId, ProjectId) = (created.AssigneeId, created.ProjectId);
                SetDue(created.Due);
                SetLabels(created.Labels);
                break;
            case TaskStatusChanged changed:
                Status = changed.After;
                break;
            case TaskCompleted completed:
                CompletedAt = completed.CompletedAt;
                break;
            case TaskReopened:
                CompletedAt = null;
                break;
            case TaskCancelled:
                // The status said all there is to keep.
                break;
            case TaskDetailsChanged changed:
                (Title, Description) = (changed.Title is { } title ? title.After : Title, changed.Description is { } text ? text.After : Description);
                break;
            case TaskAssigned assigned:
                AssigneeId = assigned.AssigneeId;
                break;
            case TaskUnassigned:
                AssigneeId = null;
                break;
            case TaskPrioritized prioritized:
                Priority = prioritized.After;
                break;
            case TaskRescheduled rescheduled:
                SetDue(rescheduled.After);
                break;
            case TaskLabelsChanged changed:
                SetLabels(changed.After);
                break;
            case TaskMoved moved:
                (ProjectId, Key) = (moved.After, null);
                break;
            case TaskNumbered numbered:
                Key = numbered.Key;
                break;
            case TaskCommented:
                // Comments are rows of their own.
                break;
            case TaskDeleted:
                DeletedAt = happened.OccurredAt;
                break;
            case TaskRestored:
                DeletedAt = null;
                break;
            default:
                throw Unknown(happened);
        }
    }

    private bool MoveTo(TaskItemStatus after, ChangeStamp stamp)
    {
        EnsureNotDeleted();
        var before = Status;
        if (before == after)
            return false;
        if (!TaskWorkflow.Allows(before, after))
        {
            throw new DomainException(
                "task.transition_not_allowed",
                $"A task that is {TaskWorkflow.Word(before)} can't become {TaskWorkflow.Word(after)}; "
                + $"it can become {TaskWorkflow.WordsFrom(before)}.");
        }

        Raise(new TaskStatusChanged(Id, before, after), stamp);
        return true;
    }

    private void EnsureNotDeleted()
    {
        if (IsDeleted)
            throw new DomainException("task.deleted", "The task is deleted; restore it first.");
    }

    private void SetDue(DueDate? due)
    {
        Due = due;
        DueAt = due?.Instant;
        DueOrder = DueAt ?? Undated;
    }

    /// <summary>Labels that stay are the instances they were: each is a row that is not written again.</summary>
    private void SetLabels(IReadOnlyList<string> names)
    {
        _labels.RemoveAll(label => !names.Contains(label.Name, StringComparer.Ordinal));
        _labels.AddRange(names.Except(Names(_labels), StringComparer.Ordinal).Select(TaskLabel.Recorded));
        SortLabels(_labels);
    }

    private static string[] Names(IEnumerable<TaskLabel> labels) => [.. labels.Select(label => label.Name)];

    private static List<TaskLabel> Distinct(IEnumerable<TaskLabel> labels)
    {
        List<TaskLabel> distinct = [.. labels.Distinct()];
        if (distinct.Count > TaskLabel.MaxPerTask)
            throw new InvalidValueException(new("labels.too_many", $"A task has at most {TaskLabel.MaxPerTask} labels."));
        SortLabels(distinct);
        return distinct;
    }

    private static void SortLabels(List<TaskLabel> labels) => labels.Sort((a, b) => string.CompareOrdinal(a.Key, b.Key));

    private static Change<T>? Difference<T>(T before, T after) =>
        EqualityComparer<T>.Default.Equals(before, after) ? null : new(before, after);
}
