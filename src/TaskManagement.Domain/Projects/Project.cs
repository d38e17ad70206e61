using TaskManagement.Domain.Common;
using TaskManagement.Domain.Projects.Events;

namespace TaskManagement.Domain.Projects;

/// <summary>
/// A named, keyed collection of tasks. No open task is in an archived or deleted project: who archives or deletes it says or sees to it,
/// and who brings a task in asks <see cref="EnsureTakesOpenTasks"/>.
/// </summary>
public sealed class Project : AggregateRoot
{
    private Project()
    {
    }

    /// <summary>The id.</summary>
    public ProjectId Id { get; private set; }

    /// <summary>The key; see <see cref="ProjectKey"/>.</summary>
    public string Key { get; private set; } = "";

    /// <summary>The name; see <see cref="ProjectName"/>.</summary>
    public string Name { get; private set; } = "";

    /// <summary>When it was archived, in UTC, or null.</summary>
    public DateTimeOffset? ArchivedAt { get; private set; }

    /// <inheritdoc />
    public override string StreamType => "project";

    /// <inheritdoc />
    public override Guid StreamId => Id.Value;

    /// <summary>Creates a project.</summary>
    public static Project Create(ProjectId id, ProjectKey key, ProjectName name, ChangeStamp stamp)
    {
        var project = new Project();
        project.Raise(new ProjectCreated(id, key.Value, name.Value), stamp);
        return project;
    }

    /// <summary>The project that its events tell of; before the first one it is empty and has version 0.</summary>
    /// <exception cref="InvalidOperationException">The events do not follow each other from version 1.</exception>
    public static Project FromHistory(IEnumerable<PastEvent> history)
    {
        var project = new Project();
        foreach (var past in history)
            project.Replay(past);
        return project;
    }

    /// <summary>Changes the name.</summary>
    /// <exception cref="DomainException"><c>project.deleted</c>.</exception>
    public void Rename(ProjectName name, ChangeStamp stamp)
    {
        EnsureNotDeleted();
        if (string.Equals(Name, name.Value, StringComparison.Ordinal))
            return;
        Raise(new ProjectRenamed(Id, Name, name.Value), stamp);
    }

    /// <summary>Archives the project; what becomes of its open tasks is decided by who handles <see cref="ProjectArchived"/>.</summary>
    /// <exception cref="DomainException"><c>project.deleted</c>.</exception>
    public void Archive(OpenTasksPolicy openTasks, ChangeStamp stamp)
    {
        EnsureNotDeleted();
        if (ArchivedAt is not null)
            return;
        Raise(new ProjectArchived(Id, Name, openTasks), stamp);
    }

    /// <summary>Takes the project into use again.</summary>
    /// <exception cref="DomainException"><c>project.deleted</c>.</exception>
    public void Unarchive(ChangeStamp stamp)
    {
        EnsureNotDeleted();
        if (ArchivedAt is null)
            return;
        Raise(new ProjectUnarchived(Id, Name), stamp);
    }

    /// <summary>Deletes the project, until it is restored; open tasks prevent it, which who handles <see cref="ProjectDeleted"/> sees to.</summary>
    public void Delete(Reason? reason, ChangeStamp stamp)
    {
        if (IsDeleted)
            return;
        Raise(new ProjectDeleted(Id, Name, reason?.Value), stamp);
    }

    /// <summary>Restores the project as it was when it was deleted.</summary>
    public void Restore(ChangeStamp stamp)
    {
        if (!IsDeleted)
            return;
        Raise(new ProjectRestored(Id, Name), stamp);
    }

    /// <summary>Checks that an open task may be in this project.</summary>
    /// <exception cref="DomainException"><c>project.deleted</c> or <c>project.archived</c>.</exception>
    public void EnsureTakesOpenTasks()
    {
        EnsureNotDeleted();
        if (ArchivedAt is not null)
            throw new DomainException("project.archived", $"Project {Key} is archived and takes in no open tasks; unarchive it first.");
    }

    /// <inheritdoc />
    protected override void Apply(IDomainEvent happened)
    {
        switch (happened)
        {
            case ProjectCreated created:
                (Id, Key, Name) = (created.ProjectId, created.Key, created.Name);
                break;
            case ProjectRenamed renamed:
                Name = renamed.After;
                break;
            case ProjectArchived:
                ArchivedAt = happened.OccurredAt;
                break;
            case ProjectUnarchived:
                ArchivedAt = null;
                break;
            case ProjectDeleted:
                DeletedAt = happened.OccurredAt;
                break;
            case ProjectRestored:
                DeletedAt = null;
                break;
            default:
                throw Unknown(happened);
        }
    }

    private void EnsureNotDeleted()
    {
        if (IsDeleted)
            throw new DomainException("project.deleted", $"Project {Key} is deleted; restore it first.");
    }
}
