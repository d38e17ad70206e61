using TaskManagement.Application.Common;
using TaskManagement.Application.Tasks;
using TaskManagement.Domain.Projects;
using TaskManagement.Domain.Tasks;
using TaskManagement.Domain.Tasks.Events;

namespace TaskManagement.Application.UnitTests.Tasks;

public sealed class TaskCommandTests
{
    private readonly Ports _ports = new();

    public static TheoryData<string> CommandsOnATask =>
        [nameof(StartTask), nameof(CompleteTask), nameof(CancelTask), nameof(ReopenTask), nameof(UpdateTask), nameof(DeleteTask), nameof(RestoreTask)];

    [Theory]
    [MemberData(nameof(CommandsOnATask))]
    public async Task A_task_that_is_not_there_stays_not_there(string command)
    {
        var id = TaskId.New();
        _ports.Tasks.Setup(tasks => tasks.GetAsync(id, null, Ports.Token)).ThrowsAsync(new NotFoundException("task", id));

        await Expect.NotFound("task.not_found", () => Send(command, id));
    }

    [Theory]
    [MemberData(nameof(CommandsOnATask))]
    public async Task The_version_that_the_caller_expects_is_asked_for(string command)
    {
        var id = TaskId.New();
        _ports.Tasks.Setup(tasks => tasks.GetAsync(id, 3, Ports.Token)).ThrowsAsync(new VersionMismatchException(3, 4));

        var mismatch = await Assert.ThrowsAsync<VersionMismatchException>(() => Send(command, id, 3));

        Assert.Equal(4, mismatch.CurrentVersion);
    }

    [Fact]
    public async Task CreateTask_adds_a_task_with_all_that_the_request_says()
    {
        var project = _ports.Has(Given.Project());
        var id = Guid.CreateVersion7();
        var due = DueDate.On(new(2026, 12, 25));
        var added = Adding();

        var answer = await Create(new("  Buy milk ", id, "*Fresh*", TaskPriority.High, due, ["Shop", "shop", "food"], The.Ann.Value, project.Id.Value));

        var task = Assert.Single(added);
        Expect.Published(task, typeof(TaskCreated), typeof(TaskAssigned));
        Assert.Equal((id, "Buy milk", "*Fresh*", TaskPriority.High), (task.Id.Value, task.Title, task.Description, task.Priority));
        Assert.Equal((due, The.Ann, project.Id), (task.Due, task.AssigneeId, task.ProjectId));
        Assert.Equal(["food", "Shop"], task.Labels.Select(label => label.Name));
        Assert.Equal(The.Stamp.At, task.PendingEvents[0].Event.OccurredAt);
        Assert.Equal(["food", "Shop"], answer.Value.Labels);
    }

    [Fact]
    public async Task CreateTask_with_a_title_alone_makes_a_plain_task_with_an_id_of_its_own()
    {
        var added = Adding();

        var answer = await Create(new("Buy milk"));

        var task = Assert.Single(added);
        Assert.Equal(7, task.Id.Value.Version);
        Assert.Equal((null, TaskPriority.None, null, null, null), (task.Description, task.Priority, task.Due, task.AssigneeId, task.ProjectId));
        Assert.Equal(task.Id.Value, answer.Value.Id);
    }

    [Fact]
    public async Task CreateTask_names_the_member_that_names_no_project()
    {
        var missing = _ports.HasNoProject();

        var refusal = await Assert.ThrowsAsync<InvalidRequestException>(() => Create(new("Buy milk", ProjectId: missing.Value)));

        var error = Assert.Single(refusal.Errors);
        Assert.Equal(("project.not_found", "/projectId"), (error.Code, error.Pointer));
    }

    [Fact]
    public async Task CreateTask_does_not_enter_an_archived_or_deleted_project()
    {
        var archived = _ports.Has(Given.ArchivedProject());
        await Expect.Refused("project.archived", () => Create(new("Buy milk", ProjectId: archived.Id.Value)));

        var deleted = _ports.Has(Given.Project());
        deleted.Delete(null, The.Stamp);
        await Expect.Refused("project.deleted", () => Create(new("Buy milk", ProjectId: deleted.Id.Value)));
    }

    [Fact]
    public async Task The_verbs_move_a_task_along_its_workflow()
    {
        var task = _ports.Has(Given.Task());

        await Send(nameof(StartTask), task.Id);
        Assert.Equal(TaskItemStatus.InProgress, task.Status);
        await Send(nameof(CompleteTask), task.Id);
        Assert.Equal((TaskItemStatus.Completed, The.Stamp.At), (task.Status, task.CompletedAt));
        await Send(nameof(ReopenTask), task.Id);
        Assert.Equal(TaskItemStatus.Pending, task.Status);
        await Send(nameof(CancelTask), task.Id);
        Assert.Equal(TaskItemStatus.Cancelled, task.Status);
        await Send(nameof(DeleteTask), task.Id);
        Assert.True(task.IsDeleted);
        await Send(nameof(RestoreTask), task.Id);
        Assert.False(task.IsDeleted);
    }

    [Fact]
    public async Task CompleteTask_says_on_whose_behalf()
    {
        var task = _ports.Has(Given.Task());
        task.Start(The.Stamp);

        await Send(nameof(CompleteTask), task.Id);

        Assert.Equal(The.Actor, task.PendingEvents.Select(raised => raised.Event).OfType<TaskCompleted>().Single().CompletedBy);
    }

    [Fact]
    public async Task CancelTask_and_DeleteTask_pass_the_reason_on()
    {
        var task = _ports.Has(Given.Task());

        await new CancelTaskHandler(_ports.Tasks.Object, _ports.Stamps).Handle(new(task.Id, Reason: " It rained. "), Ports.Token);
        await new DeleteTaskHandler(_ports.Tasks.Object, _ports.Stamps).Handle(new(task.Id, Reason: "A double"), Ports.Token);

        Assert.Equal("It rained.", task.PendingEvents.Select(raised => raised.Event).OfType<TaskCancelled>().Single().Reason);
        Assert.Equal("A double", task.PendingEvents.Select(raised => raised.Event).OfType<TaskDeleted>().Single().Reason);
    }

    [Fact]
    public async Task ReopenTask_does_not_open_a_task_in_an_archived_project()
    {
        var task = _ports.Has(Given.CompletedTask(_ports.Has(Given.ArchivedProject()).Id));

        await Expect.Refused("project.archived", () => Send(nameof(ReopenTask), task.Id));

        Assert.Equal(TaskItemStatus.Completed, task.Status);
    }

    [Fact]
    public async Task RestoreTask_brings_only_closed_tasks_back_into_an_archived_project()
    {
        var archived = _ports.Has(Given.ArchivedProject());
        var open = _ports.Has(Given.Task(project: archived.Id));
        var closed = _ports.Has(Given.CompletedTask(archived.Id));
        open.Delete(null, The.Stamp);
        closed.Delete(null, The.Stamp);

        await Expect.Refused("project.archived", () => Send(nameof(RestoreTask), open.Id));
        await Send(nameof(RestoreTask), closed.Id);

        Assert.True(open.IsDeleted);
        Assert.False(closed.IsDeleted);
    }

    [Fact]
    public async Task UpdateTask_changes_what_the_patch_has()
    {
        var project = _ports.Has(Given.Project());
        var task = _ports.Has(Given.Task("Buy milk", labels: ["shop"]));
        var due = DueDate.On(new(2026, 12, 25));

        await Update(task, new() { Title = new("Buy bread"), Description = new("*Fresh*"), Priority = new(TaskPriority.High), Due = new(due), Labels = new(["food"]), AssigneeId = new(The.Ann.Value), ProjectId = new(project.Id.Value) });

        Expect.Published(
            task,
            typeof(TaskDetailsChanged),
            typeof(TaskPrioritized),
            typeof(TaskRescheduled),
            typeof(TaskLabelsChanged),
            typeof(TaskAssigned),
            typeof(TaskMoved));
        Assert.Equal(("Buy bread", "*Fresh*", TaskPriority.High, due), (task.Title, task.Description, task.Priority, task.Due));
        Assert.Equal((The.Ann, project.Id, "food"), (task.AssigneeId, task.ProjectId, Assert.Single(task.Labels).Name));
    }

    [Fact]
    public async Task UpdateTask_leaves_absent_members_alone()
    {
        var task = _ports.Has(Given.Task("Buy milk", project: ProjectId.New(), labels: ["shop"], due: DueDate.On(new(2026, 12, 25))));
        task.Describe(TaskTitle.From("Buy milk"), TaskDescription.From("*Fresh*"), The.Stamp);
        task.TakePendingEvents();

        await Update(task, new());
        Expect.Published(task);

        await Update(task, new() { Title = new("Buy bread") });
        Assert.Equal(("Buy bread", "*Fresh*"), (task.Title, task.Description));
        await Update(task, new() { Description = new(null) });
        Assert.Equal(("Buy bread", null), (task.Title, task.Description));
    }

    [Fact]
    public async Task UpdateTask_clears_what_is_null()
    {
        var task = _ports.Has(Given.Task("Buy milk", ProjectId.New(), ["shop"], DueDate.On(new(2026, 12, 25))));
        task.Assign(The.Ann, The.Stamp);
        task.Prioritize(TaskPriority.High, The.Stamp);

        await Update(task, new() { Priority = new(null), Due = new(null), Labels = new(null), AssigneeId = new(null), ProjectId = new(null) });

        Assert.Equal((TaskPriority.None, null, null, null), (task.Priority, task.Due, task.AssigneeId, task.ProjectId));
        Assert.Empty(task.Labels);
    }

    [Fact]
    public async Task UpdateTask_moves_only_closed_tasks_into_an_archived_project()
    {
        var archived = _ports.Has(Given.ArchivedProject());
        var open = _ports.Has(Given.Task());
        var closed = _ports.Has(Given.CompletedTask());

        await Expect.Refused("project.archived", () => Update(open, new() { ProjectId = new(archived.Id.Value) }));
        await Update(closed, new() { ProjectId = new(archived.Id.Value) });

        Assert.Null(open.ProjectId);
        Assert.Equal(archived.Id, closed.ProjectId);
    }

    [Fact]
    public async Task UpdateTask_names_the_member_that_names_no_project()
    {
        var task = _ports.Has(Given.Task());
        var missing = _ports.HasNoProject();

        var refusal = await Assert.ThrowsAsync<InvalidRequestException>(() => Update(task, new() { ProjectId = new(missing.Value) }));

        Assert.Equal("/projectId", Assert.Single(refusal.Errors).Pointer);
    }

    [Fact]
    public async Task UpdateTask_asks_no_project_about_a_task_that_stays_in_it()
    {
        var task = _ports.Has(Given.Task(project: ProjectId.New()));

        await Update(task, new() { ProjectId = new(task.ProjectId!.Value.Value) });

        Expect.Published(task);
        _ports.Projects.VerifyNoOtherCalls();
    }

    [Fact]
    public async Task The_answer_is_read_only_when_it_is_asked_for()
    {
        var task = _ports.Has(Given.Task());

        var answer = await new StartTaskHandler(_ports.Tasks.Object, _ports.Stamps).Handle(new(task.Id), Ports.Token);
        task.Prioritize(TaskPriority.Urgent, The.Stamp);

        Assert.Equal(TaskPriority.Urgent, answer.Value.Priority);
    }

    private List<TaskItem> Adding()
    {
        var added = new List<TaskItem>();
        _ports.Tasks.Setup(tasks => tasks.Add(Capture.In(added)));
        return added;
    }

    private Task<Saved<TaskDto>> Create(CreateTask request) =>
        new CreateTaskHandler(_ports.Tasks.Object, _ports.Projects.Object, _ports.Stamps).Handle(request, Ports.Token);

    private Task<Saved<TaskDto>> Update(TaskItem task, TaskPatch patch) =>
        new UpdateTaskHandler(_ports.Tasks.Object, _ports.Projects.Object, _ports.Stamps).Handle(new(task.Id, null, patch), Ports.Token);

    private Task<Saved<TaskDto>> Send(string command, TaskId id, long? version = null)
    {
        var (tasks, projects, stamps) = (_ports.Tasks.Object, _ports.Projects.Object, _ports.Stamps);
        return command switch
        {
            nameof(StartTask) => new StartTaskHandler(tasks, stamps).Handle(new(id, version), Ports.Token),
            nameof(CompleteTask) => new CompleteTaskHandler(tasks, stamps).Handle(new(id, version), Ports.Token),
            nameof(CancelTask) => new CancelTaskHandler(tasks, stamps).Handle(new(id, version), Ports.Token),
            nameof(ReopenTask) => new ReopenTaskHandler(tasks, projects, stamps).Handle(new(id, version), Ports.Token),
            nameof(UpdateTask) => new UpdateTaskHandler(tasks, projects, stamps).Handle(new(id, version, new()), Ports.Token),
            nameof(DeleteTask) => new DeleteTaskHandler(tasks, stamps).Handle(new(id, version), Ports.Token),
            nameof(RestoreTask) => new RestoreTaskHandler(tasks, projects, stamps).Handle(new(id, version), Ports.Token),
            _ => throw new ArgumentOutOfRangeException(nameof(command)),
        };
    }
}
