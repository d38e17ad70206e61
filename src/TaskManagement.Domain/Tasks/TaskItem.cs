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
        var task = new TaskItem
        {
            Id = id,
            Title = title.Value,
            Description = description?.Value,
            Priority = priority,
            AssigneeId = assignee,
            ProjectId = project,
        };
        task.SetDue(due);
        task._labels.AddRange(Distinct(labels));
        task.Raise(
            new TaskCreated(id, task.Title, task.Description, priority, due, task.LabelNames(), assignee, project),
            stamp);
        if (assignee is { } person)
            task.Raise(new TaskAssigned(id, task.Title, person, PreviousAssigneeId: null), stamp);
        return task;
    }

    /// <summary>Begins work: pending → in progress.</summary>
    /// <exception cref="DomainException"><c>task.transition_not_allowed</c>: it is completed or cancelled.</exception>
    public void Start(ChangeStamp stamp) => MoveTo(TaskItemStatus.InProgress, stamp);

    /// <summary>Ends work with success: in progress → completed.</summary>
    /// <exception cref="DomainException"><c>task.transition_not_allowed</c>: it is pending or cancelled.</exception>
    public void Complete(ChangeStamp stamp)
    {
        if (!MoveTo(TaskItemStatus.Completed, stamp))
            return;
        CompletedAt = stamp.At;
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
        if (!MoveTo(TaskItemStatus.Pending, stamp))
            return;
        CompletedAt = null;
        Raise(new TaskReopened(Id, Title), stamp);
    }

    /// <summary>Changes the title and the description.</summary>
    public void Describe(TaskTitle title, TaskDescription? description, ChangeStamp stamp)
    {
        EnsureNotDeleted();
        var titleChange = Difference(Title, title.Value);
        var descriptionChange = Difference<string?>(Description, description?.Value);
        if (titleChange is null && descriptionChange is null)
            return;
        Title = title.Value;
        Description = description?.Value;
        Raise(new TaskDetailsChanged(Id, titleChange, descriptionChange), stamp);
    }

    /// <summary>Changes the priority.</summary>
    public void Prioritize(TaskPriority priority, ChangeStamp stamp)
    {
        EnsureNotDeleted();
        if (priority == Priority)
            return;
        var before = Priority;
        Priority = priority;
        Raise(new TaskPrioritized(Id, before, priority), stamp);
    }

    /// <summary>Changes the due date; null clears it.</summary>
    public void Reschedule(DueDate? due, ChangeStamp stamp)
    {
        EnsureNotDeleted();
        if (due == Due)
            return;
        var before = Due;
        SetDue(due);
        Raise(new TaskRescheduled(Id, before, due), stamp);
    }

    /// <summary>Replaces the labels. Labels that differ only in case are the same, and keep the spelling they had.</summary>
    /// <exception cref="InvalidValueException">There are more than <see cref="TaskLabel.MaxPerTask"/> labels.</exception>
    public void Relabel(IEnumerable<TaskLabel> labels, ChangeStamp stamp)
    {
        EnsureNotDeleted();
        var after = Distinct(labels);
        if (_labels.SequenceEqual(after))
            return;
        var before = LabelNames();
        _labels.RemoveAll(label => !after.Contains(label));
        _labels.AddRange(after.Where(label => !_labels.Contains(label)));
        SortLabels(_labels);
        Raise(new TaskLabelsChanged(Id, before, LabelNames()), stamp);
    }

    /// <summary>Gives the task to a person, or to no one.</summary>
    public void Assign(UserId? assignee, ChangeStamp stamp)
    {
        EnsureNotDeleted();
        if (assignee == AssigneeId)
            return;
        var before = AssigneeId;
        AssigneeId = assignee;
        Raise(assignee is { } person ? new TaskAssigned(Id, Title, person, before) : new TaskUnassigned(Id, Title, before!.Value), stamp);
    }

    /// <summary>Moves the task to another project, or to none. It loses its key; a new project gives it a new one.</summary>
    public void Move(ProjectId? project, ChangeStamp stamp)
    {
        EnsureNotDeleted();
        if (project == ProjectId)
            return;
        var (before, key) = (ProjectId, Key);
        ProjectId = project;
        Key = null;
        Raise(new TaskMoved(Id, before, project, key), stamp);
    }

    /// <summary>Gives the task its key in its project.</summary>
    /// <exception cref="InvalidOperationException">The task is in no project, or has a key already.</exception>
    public void Number(TaskKey key, ChangeStamp stamp)
    {
        if (ProjectId is not { } project || Key is not null)
            throw new InvalidOperationException($"Task {Id} can't be numbered {key}: its project is {ProjectId}, its key {Key}.");
        Key = key.ToString();
        Raise(new TaskNumbered(Id, project, key.Number, Key), stamp);
    }

    /// <summary>Deletes the task, until it is restored.</summary>
    public void Delete(Reason? reason, ChangeStamp stamp)
    {
        if (IsDeleted)
            return;
        DeletedAt = stamp.At;
        Raise(new TaskDeleted(Id, Title, reason?.Value), stamp);
    }

    /// <summary>Restores the task as it was when it was deleted.</summary>
    public void Restore(ChangeStamp stamp)
    {
        if (!IsDeleted)
            return;
        DeletedAt = null;
        Raise(new TaskRestored(Id, Title), stamp);
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

        Status = after;
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

    private string[] LabelNames() => [.. _labels.Select(label => label.Name)];

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
