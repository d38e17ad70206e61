using TaskManagement.Domain.Common;
using TaskManagement.Domain.Tasks;
using TaskManagement.Domain.Tasks.Events;
using static TaskManagement.Domain.UnitTests.Events;

namespace TaskManagement.Domain.UnitTests;

public sealed class TaskChangesTests
{
    private static readonly DueDate Christmas = DueDate.On(new(2026, 12, 25));
    private static readonly DueDate Meeting = DueDate.AtZoned(new(2026, 12, 1, 17, 0, 0), "Europe/Madrid");

    [Fact]
    public void A_new_task_is_pending_and_says_all_that_it_begins_with()
    {
        var id = TaskId.New();

        var task = TaskItem.Create(
            id, TaskTitle.From("Buy milk"), TaskDescription.From("*Fresh*"), TaskPriority.High, Meeting, Given.Labels("shop", "Food"), null, The.Ops, The.Stamp);

        AssertPublishedOnly<TaskCreated>(task);
        var created = AssertPublished<TaskCreated>(task);
        Assert.Equal((id, "Buy milk", "*Fresh*", TaskPriority.High), (created.TaskId, created.Title, created.Description, created.Priority));
        Assert.Equal((Meeting, (UserId?)null, The.Ops), (created.Due, created.AssigneeId, created.ProjectId));
        Assert.Equal(["Food", "shop"], created.Labels);

        Assert.Equal(TaskItemStatus.Pending, task.Status);
        Assert.Equal((id, "Buy milk", "*Fresh*", TaskPriority.High), (task.Id, task.Title, task.Description, task.Priority));
        Assert.Equal((Meeting, Meeting.Instant, Meeting.Instant), (task.Due, task.DueAt, task.DueOrder));
        Assert.Equal((null, null, The.Ops), (task.Key, task.AssigneeId, task.ProjectId));
        Assert.False(task.IsDeleted);
        Assert.Equal(("task", id.Value), (task.StreamType, task.StreamId));
    }

    [Fact]
    public void A_new_task_with_an_assignee_says_then_that_it_was_assigned()
    {
        var task = TaskItem.Create(TaskId.New(), TaskTitle.From("Buy milk"), null, TaskPriority.None, null, [], The.Ann, null, The.Stamp);

        AssertPublishedInOrder(task, typeof(TaskCreated), typeof(TaskAssigned));
        AssertStates(new(task.Id, "Buy milk", The.Ann, null), AssertPublished<TaskAssigned>(task));
    }

    [Fact]
    public void A_task_without_a_due_date_is_ordered_after_all_that_have_one()
    {
        Assert.Null(Given.Task().DueAt);
        Assert.Equal(TaskItem.Undated, Given.Task().DueOrder);
        Assert.True(Given.Task(due: DueDate.On(DateOnly.MaxValue)).DueOrder <= TaskItem.Undated);
    }

    [Fact]
    public void Describing_says_before_and_after_of_what_changed()
    {
        var task = Given.Task("Buy milk", "*Fresh*");

        task.Describe(TaskTitle.From("Buy bread"), TaskDescription.From("*Stale*"), The.Stamp);

        AssertStates(
            new(task.Id, new("Buy milk", "Buy bread"), new("*Fresh*", "*Stale*")), AssertPublishedOnly<TaskDetailsChanged>(task));
        Assert.Equal(("Buy bread", "*Stale*"), (task.Title, task.Description));
    }

    [Fact]
    public void Describing_says_nothing_of_what_stayed_as_it_was()
    {
        var renamed = Given.Task("Buy milk", "*Fresh*");
        renamed.Describe(TaskTitle.From("buy milk"), TaskDescription.From("*Fresh*"), The.Stamp);
        AssertStates(new(renamed.Id, new("Buy milk", "buy milk"), null), AssertPublishedOnly<TaskDetailsChanged>(renamed));

        var cleared = Given.Task("Buy milk", "*Fresh*");
        cleared.Describe(TaskTitle.From("Buy milk"), TaskDescription.From(""), The.Stamp);
        AssertStates(new(cleared.Id, null, new("*Fresh*", null)), AssertPublishedOnly<TaskDetailsChanged>(cleared));
        Assert.Null(cleared.Description);
    }

    [Fact]
    public void Prioritizing_says_before_and_after()
    {
        var task = Given.Task(priority: TaskPriority.Low);

        task.Prioritize(TaskPriority.Urgent, The.Stamp);

        AssertStates(new(task.Id, TaskPriority.Low, TaskPriority.Urgent), AssertPublishedOnly<TaskPrioritized>(task));
        Assert.Equal(TaskPriority.Urgent, task.Priority);
    }

    [Fact]
    public void Rescheduling_says_before_and_after_and_moves_the_instant()
    {
        var task = Given.Task(due: Christmas);

        task.Reschedule(Meeting, The.Stamp);
        AssertStates(new(task.Id, Christmas, Meeting), AssertPublishedOnly<TaskRescheduled>(task));
        Assert.Equal((Meeting, Meeting.Instant, Meeting.Instant), (task.Due, task.DueAt, task.DueOrder));

        task.TakePendingEvents();
        task.Reschedule(null, The.Stamp);
        AssertStates(new(task.Id, Meeting, null), AssertPublishedOnly<TaskRescheduled>(task));
        Assert.Equal((null, null, TaskItem.Undated), (task.Due, task.DueAt, task.DueOrder));
    }

    [Fact]
    public void Assigning_says_who_had_it_before()
    {
        var task = Given.Task("Buy milk", assignee: The.Ann);

        task.Assign(The.Ben, The.Stamp);

        AssertStates(new(task.Id, "Buy milk", The.Ben, The.Ann), AssertPublishedOnly<TaskAssigned>(task));
        Assert.Equal(The.Ben, task.AssigneeId);
    }

    [Fact]
    public void Assigning_to_no_one_says_from_whom_it_was_taken()
    {
        var task = Given.Task("Buy milk", assignee: The.Ann);

        task.Assign(null, The.Stamp);

        AssertStates(new(task.Id, "Buy milk", The.Ann), AssertPublishedOnly<TaskUnassigned>(task));
        Assert.Null(task.AssigneeId);
    }

    [Fact]
    public void A_task_in_a_project_gets_its_key_once()
    {
        var task = Given.Task(project: The.Ops);

        task.Number(The.Ops42, The.Stamp);

        AssertStates(new(task.Id, The.Ops, 42, "OPS-42"), AssertPublishedOnly<TaskNumbered>(task));
        Assert.Equal("OPS-42", task.Key);
        Assert.Throws<InvalidOperationException>(() => task.Number(The.Ops42, The.Stamp));
        AssertPublishedOnly<TaskNumbered>(task);
    }

    [Fact]
    public void A_task_in_no_project_gets_no_key()
    {
        var task = Given.Task();

        Assert.Throws<InvalidOperationException>(() => task.Number(The.Ops42, The.Stamp));

        Assert.Null(task.Key);
        AssertPublishedNothing(task);
    }

    [Fact]
    public void Moving_says_where_from_where_to_and_which_key_is_lost()
    {
        var task = Given.Task(project: The.Ops);
        task.Number(The.Ops42, The.Stamp);
        task.TakePendingEvents();

        task.Move(The.Dev, The.Stamp);
        AssertStates(new(task.Id, The.Ops, The.Dev, "OPS-42"), AssertPublishedOnly<TaskMoved>(task));
        Assert.Equal((The.Dev, null), (task.ProjectId, task.Key));

        task.TakePendingEvents();
        task.Move(null, The.Stamp);
        AssertStates(new(task.Id, The.Dev, null, null), AssertPublishedOnly<TaskMoved>(task));
        Assert.Null(task.ProjectId);
    }

    [Fact]
    public void Deleting_says_why_and_restoring_brings_the_task_back_as_it_was()
    {
        var task = Given.TaskThatIs(TaskItemStatus.Completed);

        task.Delete(Reason.From("A double"), The.LaterStamp);
        AssertStates(new(task.Id, task.Title, "A double"), AssertPublishedOnly<TaskDeleted>(task));
        Assert.True(task.IsDeleted);
        Assert.Equal(The.LaterStamp.At, task.DeletedAt);

        task.TakePendingEvents();
        task.Restore(The.Stamp);
        AssertStates(new(task.Id, task.Title), AssertPublishedOnly<TaskRestored>(task));
        Assert.False(task.IsDeleted);
        Assert.Equal((TaskItemStatus.Completed, The.Present), (task.Status, task.CompletedAt));
    }

    public static TheoryData<string, Action<TaskItem>> Changes => new()
    {
        { nameof(TaskItem.Start), task => task.Start(The.Stamp) },
        { nameof(TaskItem.Complete), task => task.Complete(The.Stamp) },
        { nameof(TaskItem.Cancel), task => task.Cancel(null, The.Stamp) },
        { nameof(TaskItem.Reopen), task => task.Reopen(The.Stamp) },
        { nameof(TaskItem.Describe), task => task.Describe(TaskTitle.From("Buy milk"), TaskDescription.From("*Fresh*"), The.Stamp) },
        { nameof(TaskItem.Prioritize), task => task.Prioritize(TaskPriority.High, The.Stamp) },
        { nameof(TaskItem.Reschedule), task => task.Reschedule(DueDate.On(new(2026, 12, 25)), The.Stamp) },
        { nameof(TaskItem.Relabel), task => task.Relabel(Given.Labels("Shop", "food"), The.Stamp) },
        { nameof(TaskItem.Assign), task => task.Assign(The.Ann, The.Stamp) },
        { nameof(TaskItem.Move), task => task.Move(The.Ops, The.Stamp) },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public void A_deleted_task_refuses_every_change_even_one_that_changes_nothing(string method, Action<TaskItem> change)
    {
        var task = Deleted(Full());
        AssertRefused("task.deleted", () => change(task));
        AssertPublishedNothing(task);

        task = Deleted(Given.Task("Something else"));
        AssertRefused("task.deleted", () => change(task));
        AssertPublishedNothing(task);
        Assert.NotNull(typeof(TaskItem).GetMethod(method));
    }

    [Fact]
    public void The_table_of_changes_names_every_method_of_a_task()
    {
        string[] others = [nameof(TaskItem.Create), nameof(TaskItem.Comment), nameof(TaskItem.Number), nameof(TaskItem.Delete), nameof(TaskItem.Restore)];
        var methods = typeof(TaskItem).GetMethods()
            .Where(method => method.DeclaringType == typeof(TaskItem) && method.GetParameters().Any(parameter => parameter.ParameterType == typeof(ChangeStamp)))
            .Select(method => method.Name);

        Assert.Equal(methods.Except(others).Order(StringComparer.Ordinal), Changes.Select(row => row.Data.Item1).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Changes))]
    public void A_change_that_changes_nothing_says_nothing(string method, Action<TaskItem> change)
    {
        var task = method switch
        {
            nameof(TaskItem.Start) => Given.TaskThatIs(TaskItemStatus.InProgress),
            nameof(TaskItem.Complete) => Given.TaskThatIs(TaskItemStatus.Completed),
            nameof(TaskItem.Cancel) => Given.TaskThatIs(TaskItemStatus.Cancelled),
            _ => Full(),
        };

        change(task);

        AssertPublishedNothing(task);
    }

    [Fact]
    public void Clearing_what_is_clear_says_nothing()
    {
        var task = Given.Task("Buy milk");

        task.Describe(TaskTitle.From(" Buy milk "), null, The.Stamp);
        task.Reschedule(null, The.Stamp);
        task.Relabel([], The.Stamp);
        task.Assign(null, The.Stamp);
        task.Move(null, The.Stamp);
        task.Restore(The.Stamp);

        AssertPublishedNothing(task);
    }

    [Fact]
    public void Deleting_a_deleted_task_says_nothing_and_keeps_the_time()
    {
        var task = Deleted(Given.Task());

        task.Delete(Reason.From("Again"), The.LaterStamp);

        AssertPublishedNothing(task);
        Assert.Equal(The.Present, task.DeletedAt);
    }

    [Fact]
    public void A_task_that_was_deleted_before_it_was_numbered_gets_its_number_all_the_same()
    {
        var task = Deleted(Given.Task(project: The.Ops));

        task.Number(The.Ops42, The.Stamp);

        Assert.Equal("OPS-42", task.Key);
    }

    private static TaskItem Full() => Given.Task(
        "Buy milk", "*Fresh*", TaskPriority.High, Christmas, ["FOOD", "shop"], The.Ann, The.Ops);

    private static TaskItem Deleted(TaskItem task)
    {
        task.Delete(null, The.Stamp);
        task.TakePendingEvents();
        return task;
    }
}
