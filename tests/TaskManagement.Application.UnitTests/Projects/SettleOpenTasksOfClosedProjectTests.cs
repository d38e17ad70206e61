using TaskManagement.Application.Projects.Reactions;
using TaskManagement.Domain.Projects;
using TaskManagement.Domain.Projects.Events;
using TaskManagement.Domain.Tasks;
using TaskManagement.Domain.Tasks.Events;

namespace TaskManagement.Application.UnitTests.Projects;

public sealed class SettleOpenTasksOfClosedProjectTests
{
    private readonly Ports _ports = new();
    private readonly ProjectId _project = ProjectId.New();

    [Fact]
    public async Task Archiving_cancels_the_open_tasks_and_says_why_if_the_request_says_so()
    {
        var (first, second) = (Given.Task(project: _project), Given.Task(project: _project));
        second.Start(The.Stamp);
        _ports.Tasks.Setup(tasks => tasks.GetOpenAsync(_project, Ports.Token)).ReturnsAsync([first, second]);

        await Reaction().Handle(new ProjectArchived(_project, "Operations", OpenTasksPolicy.Cancel), Ports.Token);

        Assert.Equal((TaskItemStatus.Cancelled, TaskItemStatus.Cancelled), (first.Status, second.Status));
        Expect.Published(first, typeof(TaskStatusChanged), typeof(TaskCancelled));
        Assert.Equal("Project Operations was archived.", Assert.IsType<TaskCancelled>(first.PendingEvents[1].Event).Reason);
    }

    [Fact]
    public async Task The_longest_project_name_still_makes_a_reason()
    {
        _ports.Tasks.Setup(tasks => tasks.GetOpenAsync(_project, Ports.Token)).ReturnsAsync([Given.Task()]);
        var name = string.Concat(Enumerable.Repeat("\U0001F331", ProjectName.MaxLength));

        await Reaction().Handle(new ProjectArchived(_project, name, OpenTasksPolicy.Cancel), Ports.Token);

        _ports.Tasks.VerifyAll();
    }

    [Fact]
    public async Task Archiving_and_deleting_are_refused_while_there_are_open_tasks()
    {
        _ports.Tasks.Setup(tasks => tasks.AnyOpenAsync(_project, Ports.Token)).ReturnsAsync(true);

        await Expect.Refused(
            "project.has_open_tasks",
            () => Reaction().Handle(new ProjectArchived(_project, "Operations", OpenTasksPolicy.Refuse), Ports.Token));
        await Expect.Refused("project.has_open_tasks", () => Reaction().Handle(new ProjectDeleted(_project, "Operations", null), Ports.Token));
    }

    [Fact]
    public async Task Archiving_and_deleting_a_project_without_open_tasks_is_no_one_elses_business()
    {
        _ports.Tasks.Setup(tasks => tasks.AnyOpenAsync(_project, Ports.Token)).ReturnsAsync(false);

        await Reaction().Handle(new ProjectArchived(_project, "Operations", OpenTasksPolicy.Refuse), Ports.Token);
        await Reaction().Handle(new ProjectDeleted(_project, "Operations", null), Ports.Token);

        _ports.Tasks.Verify(tasks => tasks.AnyOpenAsync(_project, Ports.Token), Times.Exactly(2));
    }

    private SettleOpenTasksOfClosedProject Reaction() => new(_ports.Tasks.Object, _ports.Stamps);
}
