using TaskManagement.Domain.Common;
using TaskManagement.Domain.Tasks;
using TaskManagement.Domain.Tasks.Events;
using static TaskManagement.Domain.Tasks.TaskItemStatus;
using static TaskManagement.Domain.UnitTests.Events;

namespace TaskManagement.Domain.UnitTests;

public sealed class TaskWorkflowTests
{
    private static readonly Dictionary<string, (TaskItemStatus Target, Action<TaskItem> Do)> Verbs = new(StringComparer.Ordinal)
    {
        ["start"] = (InProgress, task => task.Start(The.LaterStamp)),
        ["complete"] = (Completed, task => task.Complete(The.LaterStamp)),
        ["cancel"] = (Cancelled, task => task.Cancel(null, The.LaterStamp)),
        ["reopen"] = (Pending, task => task.Reopen(The.LaterStamp)),
    };

    [Theory]
    [InlineData(Pending, "start")]
    [InlineData(Pending, "cancel")]
    [InlineData(InProgress, "complete")]
    [InlineData(InProgress, "cancel")]
    [InlineData(Completed, "reopen")]
    [InlineData(Cancelled, "reopen")]
    public void Allowed(TaskItemStatus before, string verb)
    {
        var task = Given.TaskThatIs(before);

        Verbs[verb].Do(task);

        Assert.Equal(Verbs[verb].Target, task.Status);
        AssertStates(new(task.Id, before, task.Status), AssertPublished<TaskStatusChanged>(task));
    }

    [Theory]
    [InlineData(Pending, "complete", "A task that is pending can't become completed; it can become in progress or cancelled.")]
    [InlineData(InProgress, "reopen", "A task that is in progress can't become pending; it can become completed or cancelled.")]
    [InlineData(Completed, "start", "A task that is completed can't become in progress; it can become pending.")]
    [InlineData(Completed, "cancel", "A task that is completed can't become cancelled; it can become pending.")]
    [InlineData(Cancelled, "start", "A task that is cancelled can't become in progress; it can become pending.")]
    [InlineData(Cancelled, "complete", "A task that is cancelled can't become completed; it can become pending.")]
    public void Refused(TaskItemStatus before, string verb, string why)
    {
        var task = Given.TaskThatIs(before);
        var completedAt = task.CompletedAt;

        var refusal = AssertRefused("task.transition_not_allowed", () => Verbs[verb].Do(task));

        Assert.Equal(why, refusal.Message);
        Assert.Equal(before, task.Status);
        Assert.Equal(completedAt, task.CompletedAt);
        AssertPublishedNothing(task);
    }

    [Theory]
    [InlineData(Pending, "reopen")]
    [InlineData(InProgress, "start")]
    [InlineData(Completed, "complete")]
    [InlineData(Cancelled, "cancel")]
    public void Nothing_to_do(TaskItemStatus before, string verb)
    {
        var task = Given.TaskThatIs(before);
        var completedAt = task.CompletedAt;

        Verbs[verb].Do(task);

        Assert.Equal(before, task.Status);
        Assert.Equal(completedAt, task.CompletedAt);
        AssertPublishedNothing(task);
    }

    [Fact]
    public void The_three_tables_above_are_the_whole_matrix()
    {
        var rows = new[] { nameof(Allowed), nameof(Refused), nameof(Nothing_to_do) }
            .SelectMany(test => typeof(TaskWorkflowTests).GetMethod(test)!.GetCustomAttributesData())
            .Where(attribute => attribute.AttributeType == typeof(InlineDataAttribute))
            .Select(attribute => (IReadOnlyList<System.Reflection.CustomAttributeTypedArgument>)attribute.ConstructorArguments[0].Value!)
            .Select(row => ((TaskItemStatus)(int)row[0].Value!, (string)row[1].Value!))
            .ToList();

        var matrix = Enum.GetValues<TaskItemStatus>().SelectMany(status => Verbs.Keys.Select(verb => (status, verb)));
        Assert.Equal(matrix.Order(), rows.Order());
    }

    [Theory]
    [InlineData(Pending, true)]
    [InlineData(InProgress, true)]
    [InlineData(Completed, false)]
    [InlineData(Cancelled, false)]
    public void A_task_is_open_while_work_remains(TaskItemStatus status, bool open) => Assert.Equal(open, Given.TaskThatIs(status).IsOpen);

    [Fact]
    public void Starting_says_only_that_the_status_changed()
    {
        var task = Given.Task();

        task.Start(The.Stamp);

        AssertPublishedOnly<TaskStatusChanged>(task);
    }

    [Fact]
    public void Completing_says_first_that_the_status_changed_and_then_who_completed_what_when()
    {
        var task = Given.Task("Water the plants", assignee: The.Ann, project: The.Ops);
        task.Start(The.Stamp);
        task.TakePendingEvents();

        task.Complete(The.LaterStamp);

        AssertPublishedInOrder(task, typeof(TaskStatusChanged), typeof(TaskCompleted));
        AssertStates(
            new(task.Id, "Water the plants", The.LaterStamp.By, The.LaterStamp.At, The.Ann, The.Ops), AssertPublished<TaskCompleted>(task));
        Assert.Equal(The.LaterStamp.At, task.CompletedAt);
    }

    [Fact]
    public void Cancelling_says_first_that_the_status_changed_and_then_why_it_was_given_up()
    {
        var task = Given.Task("Water the plants");

        task.Cancel(Reason.From(" It rained. "), The.Stamp);

        AssertPublishedInOrder(task, typeof(TaskStatusChanged), typeof(TaskCancelled));
        AssertStates(new(task.Id, "Water the plants", "It rained."), AssertPublished<TaskCancelled>(task));
    }

    [Theory]
    [InlineData(Completed)]
    [InlineData(Cancelled)]
    public void Reopening_says_first_that_the_status_changed_and_then_that_it_was_taken_up_again(TaskItemStatus before)
    {
        var task = Given.TaskThatIs(before);

        task.Reopen(The.Stamp);

        AssertPublishedInOrder(task, typeof(TaskStatusChanged), typeof(TaskReopened));
        AssertStates(new(task.Id, task.Title), AssertPublished<TaskReopened>(task));
        Assert.Null(task.CompletedAt);
    }
}
