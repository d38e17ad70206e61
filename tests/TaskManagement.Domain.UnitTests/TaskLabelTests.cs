using TaskManagement.Domain.Tasks;
using TaskManagement.Domain.Tasks.Events;
using static TaskManagement.Domain.UnitTests.Events;

namespace TaskManagement.Domain.UnitTests;

public sealed class TaskLabelTests
{
    [Fact]
    public void Labels_that_differ_only_in_case_are_the_same()
    {
        Assert.Equal(TaskLabel.From("Ünion"), TaskLabel.From(" üNION "));
        Assert.Equal(TaskLabel.From("Home").GetHashCode(), TaskLabel.From("HOME").GetHashCode());
        Assert.Equal(TaskLabel.From("Home").Key, TaskLabel.KeyOf(" home "));
        Assert.NotEqual(TaskLabel.From("Home"), TaskLabel.From("Homes"));
    }

    [Fact]
    public void The_same_label_twice_counts_once_in_the_spelling_that_came_first()
    {
        var task = Given.Task(labels: ["Home", "garden", "HOME", "home"]);

        Assert.Equal(["garden", "Home"], Names(task));
    }

    [Fact]
    public void Labels_stand_in_alphabetical_order_without_case() =>
        Assert.Equal(["alpha", "Beta", "gamma", "Öl"], Names(Given.Task(labels: ["Öl", "gamma", "Beta", "alpha"])));

    [Fact]
    public void Relabelling_replaces_the_labels_and_says_before_and_after()
    {
        var task = Given.Task(labels: ["garden", "home"]);

        task.Relabel(Given.Labels("work", "home"), The.Stamp);

        var changed = AssertPublishedOnly<TaskLabelsChanged>(task);
        Assert.Equal(task.Id, changed.TaskId);
        Assert.Equal(["garden", "home"], changed.Before);
        Assert.Equal(["home", "work"], changed.After);
        Assert.Equal(changed.After, Names(task));
    }

    [Fact]
    public void A_label_that_stays_keeps_its_spelling()
    {
        var task = Given.Task(labels: ["Home"]);

        task.Relabel(Given.Labels("HOME", "work"), The.Stamp);

        Assert.Equal(["Home", "work"], Names(task));
        Assert.Equal(["Home", "work"], AssertPublished<TaskLabelsChanged>(task).After);
    }

    [Fact]
    public void Another_spelling_or_order_of_the_same_labels_changes_nothing()
    {
        var task = Given.Task(labels: ["Home", "Work"]);

        task.Relabel(Given.Labels("work", "home", "WORK"), The.Stamp);

        AssertPublishedNothing(task);
        Assert.Equal(["Home", "Work"], Names(task));
    }

    [Fact]
    public void What_an_event_says_of_the_labels_does_not_change_with_them()
    {
        var task = Given.Task(labels: ["home"]);
        task.Relabel(Given.Labels("work"), The.Stamp);
        var first = AssertPublished<TaskLabelsChanged>(task);

        task.Relabel([], The.Stamp);

        Assert.Equal(["home"], first.Before);
        Assert.Equal(["work"], first.After);
    }

    [Fact]
    public void A_task_has_at_most_50_labels_of_which_doubles_count_once()
    {
        string[] fifty = [.. Enumerable.Range(1, 50).Select(i => $"label {i}")];
        string[] tooMany = [.. fifty, "one more"];

        var task = Given.Task(labels: [.. fifty, "LABEL 1", "Label 2"]);
        Assert.Equal(50, task.Labels.Count);

        AssertRefused("labels.too_many", () => Given.Task(labels: tooMany));
        AssertRefused("labels.too_many", () => task.Relabel(Given.Labels(tooMany), The.Stamp));
        Assert.Equal(50, task.Labels.Count);
        AssertPublishedNothing(task);
    }

    private static IEnumerable<string> Names(TaskItem task) => task.Labels.Select(label => label.Name);
}
