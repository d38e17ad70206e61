using TaskManagement.Domain.Common;
using TaskManagement.Domain.Projects;
using TaskManagement.Domain.Tasks;

namespace TaskManagement.Domain.UnitTests;

public sealed class AggregateRootTests
{
    [Fact]
    public void An_event_occurs_at_the_time_of_the_change_and_has_an_id_of_its_own()
    {
        var task = Given.Task();

        task.Prioritize(TaskPriority.Low, The.Stamp);
        task.Prioritize(TaskPriority.High, The.LaterStamp);

        Assert.Equal([The.Stamp.At, The.LaterStamp.At], task.PendingEvents.Select(raised => raised.Event.OccurredAt));
        Assert.All(task.PendingEvents, raised => Assert.Equal(7, raised.Event.EventId.Version));
        Assert.Distinct(task.PendingEvents.Select(raised => raised.Event.EventId));
    }

    [Fact]
    public void Pending_events_are_handed_over_once_in_order()
    {
        var task = Given.Task();
        task.Start(The.Stamp);
        task.Complete(The.Stamp);
        var pending = task.PendingEvents.ToList();

        var taken = task.TakePendingEvents();

        Assert.Equal(pending, taken);
        Assert.Empty(task.PendingEvents);
        Assert.Empty(task.TakePendingEvents());

        task.Reopen(The.Stamp);
        Assert.Equal(3, taken.Count);
    }

    [Fact]
    public void The_order_in_which_events_are_raised_is_known_across_aggregates()
    {
        var (task, project) = (Given.Task(), Given.Project());
        var before = AggregateRoot.LastRaised;

        task.Start(The.Stamp);
        project.Archive(OpenTasksPolicy.Refuse, The.Stamp);
        task.Complete(The.Stamp);

        var orders = new[] { task.PendingEvents[0], project.PendingEvents[0], task.PendingEvents[1] }.Select(raised => raised.Order).ToList();
        Assert.Equal(orders.Order(), orders);
        Assert.Distinct(orders);
        Assert.True(before < orders[0] && orders[^1] <= AggregateRoot.LastRaised);
    }

    [Fact]
    public void An_aggregate_that_was_never_saved_has_version_0() => Assert.Equal(0, Given.Task().Version);
}
