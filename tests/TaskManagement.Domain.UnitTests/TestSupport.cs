using TaskManagement.Domain.Common;
using TaskManagement.Domain.Projects;
using TaskManagement.Domain.Tasks;

namespace TaskManagement.Domain.UnitTests;

/// <summary>Who does what when, in all tests.</summary>
internal static class The
{
    public static readonly ActorId Actor = new("token:ann");
    public static readonly DateTimeOffset Present = new(2026, 3, 4, 5, 6, 7, 89, TimeSpan.Zero);
    public static readonly ChangeStamp Stamp = new(Actor, Present);
    public static readonly ChangeStamp LaterStamp = new(new("token:ben"), Present.AddHours(1));
    public static readonly UserId Ann = new(Guid.Parse("00000000-0000-7000-8000-00000000000a"));
    public static readonly UserId Ben = new(Guid.Parse("00000000-0000-7000-8000-00000000000b"));
    public static readonly ProjectId Ops = new(Guid.Parse("00000000-0000-7000-8000-0000000000c1"));
    public static readonly ProjectId Dev = new(Guid.Parse("00000000-0000-7000-8000-0000000000c2"));
    public static readonly TaskKey Ops42 = new(ProjectKey.From("OPS"), 42);
}

/// <summary>Tasks and projects whose first events are already taken: what is pending then is the work of the test.</summary>
internal static class Given
{
    public static TaskItem Task(
        string title = "Water the plants",
        string? description = null,
        TaskPriority priority = TaskPriority.None,
        DueDate? due = null,
        string[]? labels = null,
        UserId? assignee = null,
        ProjectId? project = null)
    {
        var task = TaskItem.Create(
            TaskId.New(), TaskTitle.From(title), TaskDescription.From(description), priority, due, Labels(labels ?? []), assignee, project, The.Stamp);
        task.TakePendingEvents();
        return task;
    }

    public static TaskItem TaskThatIs(TaskItemStatus status)
    {
        var task = Task();
        if (status is TaskItemStatus.InProgress or TaskItemStatus.Completed)
            task.Start(The.Stamp);
        if (status is TaskItemStatus.Completed)
            task.Complete(The.Stamp);
        if (status is TaskItemStatus.Cancelled)
            task.Cancel(null, The.Stamp);
        task.TakePendingEvents();
        Assert.Equal(status, task.Status);
        return task;
    }

    public static Project Project(string key = "OPS", string name = "Operations")
    {
        var project = Projects.Project.Create(ProjectId.New(), ProjectKey.From(key), ProjectName.From(name), The.Stamp);
        project.TakePendingEvents();
        return project;
    }

    public static IEnumerable<TaskLabel> Labels(params string[] names) => names.Select(TaskLabel.From);
}

/// <summary>What an aggregate has, or has not, to say.</summary>
internal static class Events
{
    /// <summary>The one event of this type that waits to be dispatched.</summary>
    public static TEvent AssertPublished<TEvent>(AggregateRoot aggregate)
        where TEvent : DomainEvent =>
        Assert.Single(aggregate.PendingEvents.Select(raised => raised.Event).OfType<TEvent>());

    /// <summary>The only event that waits to be dispatched.</summary>
    public static TEvent AssertPublishedOnly<TEvent>(AggregateRoot aggregate)
        where TEvent : DomainEvent =>
        Assert.IsType<TEvent>(Assert.Single(aggregate.PendingEvents).Event);

    /// <summary>The event states this, whatever its own id and time.</summary>
    public static void AssertStates<TEvent>(TEvent expected, TEvent published)
        where TEvent : DomainEvent =>
        Assert.Equal(expected with { EventId = published.EventId, OccurredAt = published.OccurredAt }, published);

    /// <summary>The types of all events that wait to be dispatched, in order.</summary>
    public static void AssertPublishedInOrder(AggregateRoot aggregate, params Type[] types) =>
        Assert.Equal(types, aggregate.PendingEvents.Select(raised => raised.Event.GetType()));

    public static void AssertPublishedNothing(AggregateRoot aggregate) => Assert.Empty(aggregate.PendingEvents);

    public static DomainException AssertRefused(string code, Action change)
    {
        var refusal = Assert.ThrowsAny<DomainException>(change);
        Assert.Equal(code, refusal.Code);
        return refusal;
    }
}
