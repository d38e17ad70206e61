using TaskManagement.Application.Tasks;
using TaskManagement.Application.Workflow;
using TaskManagement.Domain.Tasks;

namespace TaskManagement.Application.UnitTests.Workflow;

public sealed class FollowUpTests
{
    private static readonly Guid EventId = Guid.Parse("0198f5e3-0a00-7111-8222-333344445555");

    [Theory]
    [InlineData(null, "home")]
    [InlineData(10, "follow-up:10d")]
    [InlineData(14, "home", "Follow-Up:2W")]
    [InlineData(3, "follow-up:1w", "follow-up:3d")]
    [InlineData(null, "follow-up:0d")]
    [InlineData(null, "follow-up:1000d")]
    [InlineData(null, "follow-up")]
    [InlineData(null, "follow-up:3")]
    [InlineData(null, "no-follow-up:3d")]
    [InlineData(null, "follow-up:3d please")]
    public void A_label_asks_for_a_follow_up(int? days, params string[] labels) => Assert.Equal(days, FollowUp.DaysOf(labels));

    [Fact]
    public void It_is_like_the_completed_task_but_for_the_label_that_asked_for_it()
    {
        var completed = TaskDto.From(Given.Task("Renew the certificate", labels: ["follow-up:10d", "security"])) with
        {
            Priority = TaskPriority.High,
            AssigneeId = The.Ann.Value,
            ProjectId = Guid.CreateVersion7(),
            Key = "OPS-7",
        };

        var command = FollowUp.After(EventId, completed, new(2026, 3, 14));

        Assert.Equal("Follow up: Renew the certificate", command.Title);
        Assert.Equal(["security"], command.Labels);
        Assert.Equal((TaskPriority.High, DueDate.On(new(2026, 3, 14))), (command.Priority, command.Due));
        Assert.Equal((completed.AssigneeId, completed.ProjectId), (command.AssigneeId, command.ProjectId));
        Assert.Contains("OPS-7", command.Description, StringComparison.Ordinal);
    }

    [Fact]
    public void A_title_that_would_be_too_long_is_cut_between_characters()
    {
        var completed = TaskDto.From(Given.Task(string.Concat(Enumerable.Repeat("🌱", TaskTitle.MaxLength))));

        var title = FollowUp.After(EventId, completed, new(2026, 3, 14)).Title;

        Assert.Null(TaskTitle.Rule.Check(title));
        Assert.Equal(TaskTitle.MaxLength, title.EnumerateRunes().Count());
        Assert.EndsWith("🌱…", title, StringComparison.Ordinal);
    }

    [Fact]
    public void One_event_leads_to_one_id_that_sorts_by_the_time_of_the_event()
    {
        var id = FollowUp.IdFrom(EventId);

        Assert.Equal(id, FollowUp.IdFrom(EventId));
        Assert.NotEqual(id, FollowUp.IdFrom(Guid.Parse("0198f5e3-0a00-7111-8222-333344445556")));
        Assert.StartsWith("0198f5e3-0a00-7", id.ToString(), StringComparison.Ordinal);
        Assert.Equal((7, true), (id.Version, id.Variant is >= 8 and <= 11));
        Assert.NotEqual(EventId, id);
    }
}
