using TaskManagement.Application.Tasks.Reactions;
using TaskManagement.Domain.Projects;
using TaskManagement.Domain.Tasks;
using TaskManagement.Domain.Tasks.Events;

namespace TaskManagement.Application.UnitTests.Tasks;

public sealed class NumberTaskInItsProjectTests
{
    private readonly Ports _ports = new();

    [Fact]
    public async Task A_task_created_in_a_project_gets_the_next_number()
    {
        var project = _ports.Has(Given.Project("OPS"));
        var task = _ports.Has(Given.Task(project: project.Id));
        _ports.Numbers.Setup(numbers => numbers.NextAsync(project.Id, Ports.Token)).ReturnsAsync(42);

        await Reaction().Handle(Created(task), Ports.Token);

        Assert.Equal("OPS-42", task.Key);
        Expect.Published(task, typeof(TaskNumbered));
    }

    [Fact]
    public async Task A_task_moved_to_a_project_gets_its_next_number()
    {
        var project = _ports.Has(Given.Project("DEV"));
        var task = _ports.Has(Given.Task(project: project.Id));
        _ports.Numbers.Setup(numbers => numbers.NextAsync(project.Id, Ports.Token)).ReturnsAsync(1);

        await Reaction().Handle(new TaskMoved(task.Id, ProjectId.New(), project.Id, "OPS-42"), Ports.Token);

        Assert.Equal("DEV-1", task.Key);
    }

    [Fact]
    public async Task A_task_in_no_project_gets_none()
    {
        var task = Given.Task();

        await Reaction().Handle(Created(task), Ports.Token);
        await Reaction().Handle(new TaskMoved(task.Id, ProjectId.New(), null, "OPS-42"), Ports.Token);

        Assert.Null(task.Key);
        _ports.Numbers.VerifyNoOtherCalls();
    }

    [Fact]
    public async Task The_project_is_locked_before_a_number_is_taken()
    {
        var project = Given.Project();
        var task = Given.Task(project: project.Id);
        var order = new MockSequence();
        _ports.Projects.InSequence(order).Setup(projects => projects.LockAsync(project.Id, Ports.Token)).ReturnsAsync(project);
        _ports.Tasks.Setup(tasks => tasks.GetAsync(task.Id, null, Ports.Token)).ReturnsAsync(task);
        _ports.Numbers.InSequence(order).Setup(numbers => numbers.NextAsync(project.Id, Ports.Token)).ReturnsAsync(7);

        await Reaction().Handle(Created(task), Ports.Token);

        Assert.Equal("OPS-7", task.Key);
    }

    [Fact]
    public async Task A_project_that_is_not_there_takes_no_task()
    {
        var task = Given.Task(project: _ports.HasNoProject());

        await Expect.NotFound("project.not_found", () => Reaction().Handle(Created(task), Ports.Token));
    }

    private NumberTaskInItsProject Reaction() => new(_ports.Tasks.Object, _ports.Projects.Object, _ports.Numbers.Object, _ports.Stamps);

    private static TaskCreated Created(TaskItem task) => new(task.Id, task.Title, null, task.Priority, null, [], null, task.ProjectId);
}
