using Microsoft.Extensions.Logging;
using TaskManagement.Application.Common.Actions;

namespace TaskManagement.Application.UnitTests.Common;

public sealed class ActionEventsTests
{
    private readonly Mock<ILogger<ActionEvents>> _log = new();
    private readonly ActionEvents _actions;

    public ActionEventsTests()
    {
        _log.Setup(log => log.IsEnabled(It.IsAny<LogLevel>())).Returns(true);
        _actions = new(_log.Object);
    }

    [Theory]
    [InlineData("CompleteTask", true)]
    [InlineData("Complete*", true)]
    [InlineData("CompleteTask*", true)]
    [InlineData("*", true)]
    [InlineData("Complete", false)]
    [InlineData("completetask", false)]
    [InlineData("CompleteTasks*", false)]
    [InlineData("CreateTask", false)]
    public void An_observer_sees_what_its_pattern_fits(string pattern, bool fits)
    {
        List<ActionEvent> seen = [];
        using var observer = _actions.Subscribe(pattern, seen.Add);

        _actions.Publish(Completed());

        Assert.Equal(fits ? 1 : 0, seen.Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("*Task")]
    [InlineData("C*Task")]
    [InlineData("**")]
    public void A_pattern_of_another_form_is_refused(string pattern) =>
        Assert.Throws<ArgumentException>(() => _actions.Subscribe(pattern, _ => { }));

    [Fact]
    public void Observers_come_and_go_at_run_time_even_while_they_are_called()
    {
        List<string> seen = [];
        IDisposable? second = null;
        var first = _actions.Subscribe("*", _ =>
        {
            seen.Add("first");
            second ??= _actions.Subscribe("*", _ => seen.Add("second"));
        });

        _actions.Publish(Completed());
        _actions.Publish(Completed());
        first.Dispose();
        first.Dispose();
        _actions.Publish(Completed());
        second!.Dispose();
        _actions.Publish(Completed());

        Assert.Equal(["first", "first", "second", "second"], seen);
        Assert.False(_actions.IsObserved);
    }

    [Fact]
    public async Task An_observer_that_throws_at_once_or_later_is_logged_and_the_others_are_called()
    {
        var seen = 0;
        var gate = new TaskCompletionSource();
        using var throwing = _actions.Subscribe("*", action => action.IsNested ? default : throw new InvalidOperationException("at once"));
        using var throwingLater = _actions.Subscribe("Complete*", async _ =>
        {
            await gate.Task;
            throw new InvalidOperationException("later");
        });
        using var good = _actions.Subscribe("*", _ => seen++);

        _actions.Publish(Completed());

        Assert.Equal((1, 1), (seen, Errors().Count));
        gate.SetResult();
        while (Errors().Count < 2)
            await Task.Delay(5, Ports.Token);
        Assert.Equal(["at once", "later"], Errors());
    }

    [Fact]
    public void An_observer_that_hangs_after_its_first_await_delays_no_one()
    {
        var begun = false;
        using var hanging = _actions.Subscribe("*", async _ =>
        {
            begun = true;
            await new TaskCompletionSource().Task;
        });

        _actions.Publish(Completed());

        Assert.True(begun);
    }

    [Fact]
    public void An_action_has_a_name_in_snake_case() => Assert.Equal("complete_task.succeeded", Completed().Name);

    private static ActionEvent Completed() =>
        new(Guid.CreateVersion7(), "CompleteTask", ActionPhase.Succeeded, The.Actor, "conversation", IsNested: false, TimeSpan.FromMilliseconds(3), Code: null);

    private List<string> Errors() =>
        [.. _log.Invocations.Where(call => call.Method.Name == "Log" && (LogLevel)call.Arguments[0] == LogLevel.Error).Select(call => ((Exception)call.Arguments[3]).Message)];
}
