using TaskManagement.Application.Common.EventLog;

namespace TaskManagement.Application.UnitTests.Common;

public sealed class EventTypePatternTests
{
    [Theory]
    [InlineData("task.completed", "task.completed", null, false)]
    [InlineData("task.completed.v1", "task.completed", 1, false)]
    [InlineData("taskmanagement.task.completed", "task.completed", null, false)]
    [InlineData("taskmanagement.task.status_changed.v12", "task.status_changed", 12, false)]
    [InlineData("task.*", "task.", null, true)]
    [InlineData("taskmanagement.task.*", "task.", null, true)]
    [InlineData("subscription.event.*", "subscription.event.", null, true)]
    [InlineData("*", "", null, true)]
    [InlineData("taskmanagement.*", "", null, true)]
    public void A_pattern_is_read_as_it_is_meant(string text, string name, int? version, bool isPrefix) =>
        Assert.Equal(new(name, version, isPrefix), EventTypePattern.Parse(text));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Task.completed")]
    [InlineData("task.")]
    [InlineData("task.co*")]
    [InlineData("task.**")]
    [InlineData("*.completed")]
    [InlineData("task.completed.v0")]
    [InlineData("task.completed.v1234567")]
    [InlineData("task.completed.v1.*")]
    [InlineData("task completed")]
    [InlineData("task.completed\n")]
    [InlineData("task.completed'--")]
    public void Anything_else_is_none(string? text) => Assert.Null(EventTypePattern.Parse(text));

    [Theory]
    [InlineData("task.*", "task.completed", true)]
    [InlineData("task.*", "tasks.completed", false)]
    [InlineData("task.*", "task", false)]
    [InlineData("task.completed", "task.completed", true)]
    [InlineData("task.completed", "task.completed_late", false)]
    [InlineData("*", "anything.at_all", true)]
    public void A_prefix_ends_with_a_word(string pattern, string type, bool takes) => Assert.Equal(takes, EventTypePattern.Parse(pattern)!.Takes(type));
}
