using TaskManagement.Application.Common;
using TaskManagement.Application.Projects;
using TaskManagement.Application.Tasks;
using TaskManagement.Domain.Common;
using TaskManagement.Domain.Projects;
using TaskManagement.Domain.Tasks;

namespace TaskManagement.Application.UnitTests;

/// <summary>Who does what when, in all tests.</summary>
internal static class The
{
    public static readonly ActorId Actor = new("token:ann");
    public static readonly ChangeStamp Stamp = new(Actor, new(2026, 3, 4, 5, 6, 7, 89, TimeSpan.Zero));
    public static readonly UserId Ann = new(Guid.Parse("00000000-0000-7000-8000-00000000000a"));
}

internal static class Given
{
    public static TaskItem Task(string title = "Water the plants", ProjectId? project = null, string[]? labels = null, DueDate? due = null)
    {
        var task = TaskItem.Create(
            TaskId.New(), TaskTitle.From(title), null, TaskPriority.None, due, (labels ?? []).Select(TaskLabel.From), null, project, The.Stamp);
        task.TakePendingEvents();
        return task;
    }

    public static TaskItem CompletedTask(ProjectId? project = null)
    {
        var task = Task(project: project);
        task.Start(The.Stamp);
        task.Complete(The.Stamp);
        task.TakePendingEvents();
        return task;
    }

    public static Project Project(string key = "OPS", string name = "Operations")
    {
        var project = Domain.Projects.Project.Create(ProjectId.New(), ProjectKey.From(key), ProjectName.From(name), The.Stamp);
        project.TakePendingEvents();
        return project;
    }

    public static Project ArchivedProject()
    {
        var project = Project();
        project.Archive(OpenTasksPolicy.Refuse, The.Stamp);
        project.TakePendingEvents();
        return project;
    }
}

/// <summary>The ports of the use cases, with what is behind them.</summary>
internal sealed class Ports
{
    public Mock<ITaskRepository> Tasks { get; } = new(MockBehavior.Strict);

    public Mock<IProjectRepository> Projects { get; } = new(MockBehavior.Strict);

    public Mock<ITaskNumbers> Numbers { get; } = new(MockBehavior.Strict);

    public IChangeStamps Stamps { get; } = Mock.Of<IChangeStamps>(stamps => stamps.Now() == The.Stamp);

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    public TaskItem Has(TaskItem task, long? expectedVersion = null)
    {
        Tasks.Setup(tasks => tasks.GetAsync(task.Id, expectedVersion, Token)).ReturnsAsync(task);
        return task;
    }

    public Project Has(Project project, long? expectedVersion = null)
    {
        Projects.Setup(projects => projects.GetAsync(project.Id, expectedVersion, Token)).ReturnsAsync(project);
        Projects.Setup(projects => projects.LockAsync(project.Id, Token)).ReturnsAsync(project);
        return project;
    }

    public ProjectId HasNoProject()
    {
        var id = ProjectId.New();
        Projects.Setup(projects => projects.LockAsync(id, Token)).ReturnsAsync((Project?)null);
        return id;
    }
}

internal static class Expect
{
    public static void Published(AggregateRoot aggregate, params Type[] events) =>
        Assert.Equal(events, aggregate.PendingEvents.Select(raised => raised.Event.GetType()));

    public static async Task Refused(string code, Func<Task> command) =>
        Assert.Equal(code, (await Assert.ThrowsAnyAsync<DomainException>(command)).Code);

    public static async Task NotFound(string code, Func<Task> command) =>
        Assert.Equal(code, (await Assert.ThrowsAsync<NotFoundException>(command)).Code);
}
