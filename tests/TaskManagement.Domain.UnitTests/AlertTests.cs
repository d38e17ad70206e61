using TaskManagement.Domain.Alerts;
using TaskManagement.Domain.Alerts.Events;
using TaskManagement.Domain.Commands.Events;
using TaskManagement.Domain.Common;
using TaskManagement.Domain.Operations.Events;

namespace TaskManagement.Domain.UnitTests;

public sealed class AlertTests
{
    private static readonly TimeSpan Window = TimeSpan.FromHours(1);

    [Fact]
    public void The_first_failure_of_its_kind_raises_an_alert()
    {
        var failure = DeadLetter(minutes: 0);
        var alert = Alert.Of(Guid.CreateVersion7(), failure);

        var raised = alert.Occur(failure, Window);

        Assert.NotNull(raised);
        Assert.Equal(
            ("subscription:mail|event_dead_lettered", "subscription:mail", "event_dead_lettered", AlertSeverity.Error, 0L),
            (raised.Key, raised.Source, raised.Code, raised.Severity, raised.Repeated));
        Assert.StartsWith("mail could not handle task.assigned of task ", raised.Summary, StringComparison.Ordinal);
        Assert.EndsWith("and is done with 10 attempts: No such mailbox.", raised.Summary, StringComparison.Ordinal);
        Assert.Equal((1, The.Present, The.Present, The.Present), (alert.Count, alert.FirstAt, alert.LastAt, alert.RaisedAt));
    }

    [Fact]
    public void Within_the_window_failures_are_counted_and_the_alert_after_it_says_how_many_there_were()
    {
        var alert = Alert.Of(Guid.CreateVersion7(), DeadLetter(minutes: 0));

        AlertRaised?[] raised = [.. new[] { 0, 10, 59, 60, 61, 119, 200 }.Select(minutes => alert.Occur(DeadLetter(minutes), Window))];

        Assert.Equal([0L, null, null, 2, null, null, 2], raised.Select(one => one?.Repeated));
        Assert.Equal((7, 0, The.Present, The.Present.AddMinutes(200)), (alert.Count, alert.Repeated, alert.FirstAt, alert.LastAt));
    }

    [Fact]
    public void Failures_that_are_told_of_late_move_neither_the_last_time_back_nor_the_first_on()
    {
        var alert = Alert.Of(Guid.CreateVersion7(), DeadLetter(minutes: 10));
        alert.Occur(DeadLetter(minutes: 10), Window);

        Assert.Null(alert.Occur(DeadLetter(minutes: 5), Window));

        Assert.Equal((The.Present.AddMinutes(5), The.Present.AddMinutes(10)), (alert.FirstAt, alert.LastAt));
    }

    [Fact]
    public void Without_a_window_every_failure_raises_an_alert()
    {
        var alert = Alert.Of(Guid.CreateVersion7(), DeadLetter(minutes: 0));

        Assert.All(Enumerable.Repeat(0, 3), minutes => Assert.NotNull(alert.Occur(DeadLetter(minutes), TimeSpan.Zero)));
    }

    [Fact]
    public void What_is_too_long_is_cut_off()
    {
        IFailure failure = new CommandFailed(Guid.CreateVersion7(), new('c', 300), new('d', 300), new('e', 3000), IsExpected: false, 1, 0);

        var alert = Alert.Of(Guid.CreateVersion7(), failure);
        alert.Occur(failure, Window);

        Assert.Equal(
            (Alert.MaxSourceLength, Alert.MaxCodeLength, Alert.MaxSummaryLength),
            (alert.Source.Length, alert.Code.Length, alert.Summary.Length));
    }

    [Fact]
    public void A_failed_command_is_told_of_by_its_name_and_its_reason()
    {
        IFailure unexpected = new CommandFailed(Guid.CreateVersion7(), "CompleteTask", "TimeoutException", null, IsExpected: false, 1, 0);

        Assert.Equal(
            ("command:CompleteTask", "TimeoutException", "CompleteTask failed: TimeoutException", false),
            (unexpected.Source, unexpected.Code, unexpected.Summary, unexpected.IsExpected));
    }

    private static SubscriptionEventDeadLettered DeadLetter(int minutes) =>
        new("mail", Guid.CreateVersion7(), "task.assigned", "task", Guid.CreateVersion7(), 10, "No such mailbox.") { OccurredAt = The.Present.AddMinutes(minutes) };
}
