using MediatR;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Application.Operations;
using TaskManagement.Application.Tasks;
using TaskManagement.Domain.Common;
using TaskManagement.Domain.Tasks;
using TaskManagement.Domain.Tasks.Events;
using TaskManagement.Infrastructure.EventLog.Delivery;
using TaskManagement.Infrastructure.IntegrationTests.Delivery;
using TaskManagement.Infrastructure.IntegrationTests.Support;
using TaskManagement.Infrastructure.Persistence;
using TaskManagement.TestSupport;
using static TaskManagement.Infrastructure.IntegrationTests.Delivery.DeliverySteps;
using static TaskManagement.Infrastructure.IntegrationTests.Operations.OperationsSteps;

namespace TaskManagement.Infrastructure.IntegrationTests.Operations;

/// <summary>Operators steer the delivery of events, and nothing is lost, doubled or reordered by it.</summary>
public abstract class SteeringDelivery(DatabaseKind database) : DeliveryTest(database)
{
    private static readonly Dictionary<string, string?> SlowRetries = new(StringComparer.Ordinal)
    {
        ["Subscriptions:test-inbox:BackoffBaseSeconds"] = "600",
        ["Subscriptions:test-inbox:BackoffCapSeconds"] = "600",
    };


    [Fact]
    public async Task A_paused_subscription_is_given_nothing_until_it_is_resumed()
    {
        await using var host = await StartDeliveringAsync();
        Assert.Equal(new PauseDto(InboxName, Paused: true, Changed: true), await host.SendAsync(new PauseSubscription(InboxName)));
        Assert.Equal(new PauseDto(InboxName, Paused: true, Changed: false), await host.SendAsync(new PauseSubscription(InboxName)));
        // The nodes hear of it a moment later.
        var tasks = new List<Guid>();
        await EventuallyAsync(async () =>
        {
            var before = _inbox.Received.Count;
            tasks.Add((await host.CreateTaskAsync()).Value);
            await host.CaughtUpAsync("test-completions");
            return _inbox.Received.Count == before;
        });

        Assert.Equal(new PauseDto(InboxName, Paused: false, Changed: true), await host.SendAsync(new ResumeSubscription(InboxName)));
        Assert.Equal(new PauseDto(InboxName, Paused: false, Changed: false), await host.SendAsync(new ResumeSubscription(InboxName)));

        await EventuallyAsync(() => _inbox.Received.Count == tasks.Count);
        Assert.Equal(tasks, _inbox.Received.Select(received => received.StreamId));
        Assert.Single(await host.FactsAsync("subscription.paused"));
        Assert.Equal("user:tester", Assert.Single(await host.FactsAsync("subscription.resumed")).Actor.Value);
    }

    [Fact]
    public async Task A_dead_letter_that_is_retried_is_delivered_and_those_behind_it_follow_in_order()
    {
        await using var host = await StartDeliveringAsync();
        var task = await DieAsync(host, renames: 5);
        await host.EventuallyParkedAsync(ParkedState.Behind, 5);

        var retry = await host.SendAsync(new RetryParkedEvents(Filter: new(InboxName)));

        Assert.Equal((6, 1, 5, false), (retry.Matched, retry.Retried, retry.Waiting, retry.DryRun));
        Assert.Equal(new ParkedTally(InboxName, 6, 5, 1), Assert.Single(retry.Subscriptions));
        await EventuallyAsync(() => _inbox.Received.Count == 6);
        Assert.Equal(Enumerable.Range(1, 6).Select(version => (long)version), _inbox.Received.Select(received => received.StreamVersion));
        Assert.All(_inbox.Received, received => Assert.Equal(task.Value, received.StreamId));
        await EventuallyAsync(async () => (await host.ParkedAsync()).Count == 0);
        Assert.Contains("\"count\":1", Assert.Single(await host.FactsAsync("subscription.events_retried")).Payload, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_event_that_waits_for_its_next_attempt_is_retried_at_once_and_has_all_its_attempts_again()
    {
        await using var host = await StartDeliveringAsync(SlowRetries);
        _inbox.Do = (_, _, _) => throw new InvalidOperationException("Not yet.");
        await host.CreateTaskAsync();
        await host.EventuallyParkedAsync(ParkedState.Retrying);
        var parked = Assert.Single(await host.ParkedAsync());

        await host.SendAsync(new RetryParkedEvents([parked.Id]));
        await EventuallyAsync(() => _inbox.Deliveries.Count == 2);
        await EventuallyAsync(async () => (await host.ParkedAsync()) is [{ AttemptStartedAt: null, Attempts: 1 }]);

        _inbox.Do = (_, _, _) => Task.CompletedTask;
        await host.SendAsync(new RetryParkedEvents([parked.Id]));
        await EventuallyAsync(() => _inbox.Received.Count == 1);
        Assert.All(_inbox.Deliveries, delivery => Assert.Equal(1, delivery.Attempt));
    }

    [Fact]
    public async Task One_that_waits_behind_another_is_left_to_its_turn()
    {
        await using var host = await StartDeliveringAsync();
        await DieAsync(host, renames: 1);
        await host.EventuallyParkedAsync(ParkedState.Behind);
        _inbox.Do = (_, _, _) => throw new InvalidOperationException("Never.");
        var behind = (await host.ParkedAsync())[1];

        var retry = await host.SendAsync(new RetryParkedEvents([behind.Id, 4711]));

        Assert.Equal((1, 0, 1), (retry.Matched, retry.Retried, retry.Waiting));
        Assert.Equal([4711], retry.Missing);
        Assert.Equal(ParkedState.Behind, (await host.SendAsync(new ListParkedEvents(new()))).Items[1].Status);
        Assert.Empty(await host.FactsAsync("subscription.events_retried"));
    }

    [Fact]
    public async Task A_discarded_event_is_gone_its_lane_goes_on_and_the_log_says_who_and_why()
    {
        await using var host = await StartDeliveringAsync();
        var task = await DieAsync(host, renames: 2);
        await host.EventuallyParkedAsync(ParkedState.Behind, 2);
        var dead = (await host.ParkedAsync())[0];

        var dry = await host.SendAsync(new DiscardParkedEvents("Trying out.", [dead.Id], DryRun: true));
        Assert.Equal((true, 1, 1), (dry.DryRun, dry.Matched, dry.Discarded));
        Assert.Equal(3, (await host.ParkedAsync()).Count);
        var discard = await host.SendAsync(
            new DiscardParkedEvents("The task was a mistake.", Filter: new(Status: ParkedState.Dead)), new TestCall { Actor = new("user:operator") });

        Assert.Equal((false, 1, 1), (discard.DryRun, discard.Matched, discard.Discarded));
        await EventuallyAsync(() => _inbox.Received.Count == 2);
        Assert.Equal([2, 3], _inbox.Received.Select(received => received.StreamVersion));
        var fact = Assert.Single(await host.FactsAsync("subscription.event_discarded"));
        Assert.Equal("user:operator", fact.Actor.Value);
        Assert.Contains("The task was a mistake.", fact.Payload, StringComparison.Ordinal);
        Assert.Contains(dead.EventId.ToString(), fact.Payload, StringComparison.Ordinal);
        Assert.Equal(task.Value, dead.StreamId);
    }

    [Fact]
    public async Task An_event_that_is_discarded_while_it_is_tried_is_not_delivered()
    {
        await using var host = await StartDeliveringAsync();
        var task = await DieAsync(host, renames: 0);
        var (entered, leave) = (new TaskCompletionSource(), new TaskCompletionSource());
        _inbox.Do = async (logged, services, token) =>
        {
            if (logged.StreamId != task.Value)
                return;
            entered.TrySetResult();
            await leave.Task;
            await services.GetRequiredService<ISender>().Send(new UpdateTask(task, null, new() { Title = new("By the handler") }), token);
        };
        var parked = Assert.Single(await host.ParkedAsync());
        await host.SendAsync(new RetryParkedEvents([parked.Id]));
        await entered.Task;

        var discard = await host.SendAsync(new DiscardParkedEvents("Too late for it.", [parked.Id]));
        leave.SetResult();

        Assert.Equal(1, discard.Discarded);
        var other = await host.CreateTaskAsync("Other");
        await EventuallyAsync(() => _inbox.Received.Any(received => received.StreamId == other.Value));
        Assert.NotEqual("By the handler", (await host.LoadAsync(task)).Title);
        Assert.Empty(await host.ParkedAsync());
    }

    [Fact]
    public async Task Of_two_operators_who_discard_the_same_at_once_one_does()
    {
        await using var host = await StartDeliveringAsync();
        await DieAsync(host, renames: 0);
        _inbox.Do = (_, _, _) => throw new InvalidOperationException("Never.");
        var parked = Assert.Single(await host.ParkedAsync());

        var discards = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => host.SendAsync(new DiscardParkedEvents("Once.", [parked.Id]))));

        Assert.Equal(1, discards.Sum(discard => discard.Discarded));
        Assert.Single(await host.FactsAsync("subscription.event_discarded"));
    }

    [Fact]
    public async Task A_choice_is_by_ids_or_by_a_filter_and_a_discard_has_a_reason()
    {
        await using var host = await StartDeliveringAsync();

        Assert.Equal(["choice.required"], await CodesAsync(new RetryParkedEvents()));
        Assert.Equal(["choice.required"], await CodesAsync(new RetryParkedEvents([1], new())));
        Assert.Equal(["ids.out_of_range"], await CodesAsync(new RetryParkedEvents([])));
        Assert.Equal(["reason.required"], await CodesAsync(new DiscardParkedEvents(" ", [1])));

        async Task<IEnumerable<string>> CodesAsync<T>(ICommand<T> command) =>
            (await Assert.ThrowsAsync<InvalidRequestException>(() => host.SendAsync(command))).Errors.Select(error => error.Code);
    }

    [Fact]
    public async Task A_replay_delivers_its_range_again_as_a_replay_beside_what_goes_on()
    {
        await using var host = await StartDeliveringAsync();
        var tasks = new List<TaskId>();
        for (var i = 0; i < 10; i++)
            tasks.Add(await host.CreateTaskAsync($"Task {i}"));
        await host.RenameAsync(tasks[0], "Renamed");
        await EventuallyAsync(() => _inbox.Received.Count == 11);
        await host.CaughtUpAsync();
        _inbox.Deliveries.Clear();

        var dry = await host.SendAsync(new ReplaySubscription(InboxName, new("3"), new("11"), ["task.created"], DryRun: true));
        Assert.Equal(new(InboxName, DryRun: true, 8, "3", "11", Replay: null), dry);
        Assert.Empty((await host.SendAsync(new ListReplays())).Items);
        var start = await host.SendAsync(new ReplaySubscription(InboxName, new("3"), new("11"), ["task.created"]), new TestCall { Actor = new("user:operator") });
        await host.CreateTaskAsync("Meanwhile");

        await EventuallyAsync(async () => (await host.SendAsync(new GetReplay(start.Replay!.Value))).State == ReplayState.Finished);
        await EventuallyAsync(() => _inbox.Received.Count == 20);
        var replay = await host.SendAsync(new GetReplay(start.Replay!.Value));
        Assert.Equal(("3", "11", "11", 1, 8), (replay.From, replay.To, replay.Position, replay.Progress, replay.Delivered));
        Assert.Equal(("user:operator", "task.created"), (replay.StartedBy, Assert.Single(replay.Types!)));
        Assert.Equal((8, 1), (_inbox.Deliveries.Count(delivery => delivery.IsReplay), _inbox.Deliveries.Count(delivery => !delivery.IsReplay)));
        var again = _inbox.Received.Skip(11).Where(received => received.CorrelationId == "test-correlation" && received.Position <= 11);
        Assert.Equal([3, 4, 5, 6, 7, 8, 9, 10], again.Select(received => received.Position));
        Assert.Contains($"\"replay\":{start.Replay}", Assert.Single(await host.FactsAsync("subscription.replay_started")).Payload, StringComparison.Ordinal);
        var explained = await host.ExplainAsync((await host.LastEventOfAsync(tasks[4])).EventId);
        Assert.Equal(start.Replay, Assert.Single(explained.Replays).Id);
    }

    [Fact]
    public async Task A_replay_goes_from_a_time_to_a_time()
    {
        await using var host = await StartDeliveringAsync();
        for (var i = 0; i < 6; i++)
            await host.CreateTaskAsync();
        await EventuallyAsync(() => _inbox.Received.Count == 6);
        var start = new DateTimeOffset(2026, 5, 1, 0, 0, 0, TimeSpan.Zero);
        foreach (var record in await host.EventsAsync())
        {
            // One of them committed later than its time says.
            var at = record.Position == 4 ? start.AddDays(2) : start.AddDays(record.Position!.Value);
            await host.ReadAsync(db => db.EventLog.Where(row => row.Id == record.Id).ExecuteUpdateAsync(set => set.SetProperty(row => row.OccurredAt, at)));
        }

        Assert.Equal(("2", "5"), await RangeAsync(new(Time: start.AddDays(2)), new(Time: start.AddDays(5))));
        Assert.Equal(("3", "6"), await RangeAsync(new(Time: start.AddDays(2).AddSeconds(1)), null));
        Assert.Equal(("1", "4"), await RangeAsync(null, new(Time: start.AddDays(2))));
        var empty = await Assert.ThrowsAsync<DomainException>(() => RangeAsync(new(Time: start.AddDays(40)), null));
        Assert.Equal("replay.empty", empty.Code);
        await Assert.ThrowsAsync<InvalidRequestException>(() => RangeAsync(new("1", start), null));

        async Task<(string From, string To)> RangeAsync(LogPoint? from, LogPoint? to)
        {
            var plan = await host.SendAsync(new ReplaySubscription(InboxName, from, to, DryRun: true));
            return (plan.From, plan.To);
        }
    }

    [Fact]
    public async Task A_cancelled_replay_delivers_no_more_and_what_was_in_hand_is_undone()
    {
        await using var host = await StartDeliveringAsync();
        var tasks = new List<TaskId>();
        for (var i = 0; i < 5; i++)
            tasks.Add(await host.CreateTaskAsync($"Task {i}"));
        await EventuallyAsync(() => _inbox.Received.Count == 5);
        var (entered, leave) = (new TaskCompletionSource(), new TaskCompletionSource());
        _inbox.Do = async (logged, services, token) =>
        {
            if (logged.StreamId != tasks[2].Value)
                return;
            entered.TrySetResult();
            await leave.Task;
            await services.GetRequiredService<ISender>().Send(new UpdateTask(tasks[2], null, new() { Title = new("By the replay") }), token);
        };
        var id = (await host.SendAsync(new ReplaySubscription(InboxName))).Replay!.Value;
        await entered.Task;

        var cancelled = await host.SendAsync(new CancelReplay(id));
        leave.SetResult();

        Assert.Equal((ReplayState.Cancelled, 2), (cancelled.State, cancelled.Delivered));
        Assert.Equal(cancelled, await host.SendAsync(new CancelReplay(id)), ReplaysAreEqual);
        var last = await host.CreateTaskAsync("Last");
        await EventuallyAsync(() => _inbox.Received.Any(received => received.StreamId == last.Value));
        Assert.Equal("Task 2", (await host.LoadAsync(tasks[2])).Title);
        Assert.DoesNotContain(_inbox.Received.Skip(5), received => received.StreamId == tasks[3].Value);
        Assert.Single(await host.FactsAsync("subscription.replay_cancelled"));
        await Assert.ThrowsAsync<NotFoundException>(() => host.SendAsync(new CancelReplay(id + 1)));
    }

    [Fact]
    public async Task Replays_that_are_started_at_once_have_numbers_of_their_own()
    {
        await using var host = await StartDeliveringAsync();
        await host.CreateTaskAsync();
        await host.CaughtUpAsync();

        var starts = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => host.SendAsync(new ReplaySubscription(InboxName, To: new("1")))));

        Assert.Equal([1, 2, 3, 4, 5, 6], starts.Select(start => start.Replay!.Value).Order());
        await EventuallyAsync(async () => (await host.SendAsync(new ListReplays())).Items.All(replay => replay.State == ReplayState.Finished));
        await EventuallyAsync(() => _inbox.Received.Count == 7);
    }

    [Fact]
    public async Task A_replay_that_is_over_is_forgotten_after_a_month_unless_something_of_it_is_parked()
    {
        await using var host = await StartDeliveringAsync();
        await host.CreateTaskAsync();
        await EventuallyAsync(() => _inbox.Received.Count == 1);
        _inbox.Do = (_, _, _) => throw new PermanentFailureException("No.");
        await host.SendAsync(new ReplaySubscription(InboxName, To: new("1")));
        await EventuallyAsync(async () => await host.ParkedAsync() is [{ Status: ParkedStatus.Dead, Replay: 1 }]);
        _inbox.Do = (_, _, _) => Task.CompletedTask;
        for (var replay = 2; replay <= 5; replay++)
            await host.SendAsync(new ReplaySubscription(InboxName, To: new("1")));
        await EventuallyAsync(async () => (await host.SendAsync(new ListReplays())).Items.All(replay => replay.State == ReplayState.Finished));
        await host.StopDeliveryAsync();
        await host.ReadAsync(db => db.EventCursors.Where(cursor => cursor.Replay > 0 && cursor.Replay != 3)
            .ExecuteUpdateAsync(set => set.SetProperty(cursor => cursor.CreatedAt, new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero))));
        await host.ReadAsync(db => db.EventCursors.Where(cursor => cursor.Replay == 4).ExecuteUpdateAsync(set => set.SetProperty(cursor => cursor.Position, 0)));

        await host.Services.GetRequiredService<CursorStore>().CleanAsync(CancellationToken.None);

        // 1 has a dead letter, 3 is young, 4 is not over, and 5 is the newest, from which the next takes its number.
        Assert.Equal([5, 4, 3, 1], (await host.SendAsync(new ListReplays())).Items.Select(replay => replay.Id));
        await host.ReadAsync(db => db.EventCursors.Where(cursor => cursor.Replay == 4).ExecuteUpdateAsync(set => set.SetProperty(cursor => cursor.Position, 1)));
        await host.Services.GetRequiredService<CursorStore>().CleanAsync(CancellationToken.None);
        Assert.Equal([5, 3, 1], (await host.SendAsync(new ListReplays())).Items.Select(replay => replay.Id));
    }

    [Fact]
    public async Task What_may_not_be_replayed_is_refused()
    {
        await using var host = await StartDeliveringAsync();
        await host.CreateTaskAsync();
        await host.CaughtUpAsync();

        Assert.Equal("subscription.not_replayable", await CodeAsync(new ReplaySubscription("test-completions")));
        Assert.Equal("subscription.not_replayable", await CodeAsync(new RewindSubscription("test-completions")));
        Assert.Equal("subscription.rebuilt_only", await CodeAsync(new ReplaySubscription("test-picture")));
        Assert.Equal("subscription.rebuilt_only", await CodeAsync(new RewindSubscription("test-picture", new("2"))));
        Assert.Equal("subscription.not_beyond", await CodeAsync(new RewindSubscription(InboxName, new("900"))));
        var types = await Assert.ThrowsAsync<InvalidRequestException>(() => host.SendAsync(new ReplaySubscription(InboxName, Types: ["task.created", "task.exploded"])));
        Assert.Equal("/types/1", Assert.Single(types.Errors).Pointer);

        async Task<string> CodeAsync<T>(ICommand<T> command) => (await Assert.ThrowsAsync<DomainException>(() => host.SendAsync(command))).Code;
    }

    [Fact]
    public async Task A_subscription_that_is_sent_back_is_given_the_same_again_as_a_replay_and_then_what_is_new()
    {
        await using var host = await StartDeliveringAsync();
        for (var i = 0; i < 6; i++)
            await host.CreateTaskAsync($"Task {i}");
        await EventuallyAsync(() => _inbox.Received.Count == 6);
        await host.CaughtUpAsync();
        _inbox.Deliveries.Clear();

        var dry = await host.SendAsync(new RewindSubscription(InboxName, new("4"), DryRun: true));
        Assert.Equal((true, "6", "4", 3, null), (dry.DryRun, dry.From, dry.To, dry.Events, dry.ParkedDropped));
        var rewind = await host.SendAsync(new RewindSubscription(InboxName, new("4")));
        await host.CreateTaskAsync("New");

        Assert.Equal(("6", "4", 3, 0, false), (rewind.From, rewind.To, rewind.Events, rewind.ParkedDropped, rewind.Rebuilt));
        // What came after the present was perhaps delivered before its node heard of it, and comes again.
        await EventuallyAsync(() => _inbox.Deliveries.Count >= 4 && _inbox.Received.TakeLast(4).Select(received => received.Position).SequenceEqual([4, 5, 6, 8]));
        Assert.Equal([true, true, true, false], _inbox.Deliveries.TakeLast(4).Select(delivery => delivery.IsReplay));
        Assert.Single(await host.FactsAsync("subscription.rewound"));
    }

    [Fact]
    public async Task Sent_back_in_the_middle_of_a_delivery_that_delivery_is_undone_and_what_was_parked_comes_again()
    {
        await using var host = await StartDeliveringAsync(SlowRetries);
        var parked = await host.CreateTaskAsync("Parked");
        await EventuallyAsync(() => _inbox.Received.Count == 1);
        var (entered, leave, isFirst) = (new TaskCompletionSource(), new TaskCompletionSource(), 1);
        _inbox.Do = async (logged, services, token) =>
        {
            if (logged.StreamId == parked.Value && logged.StreamVersion == 2 && isFirst == 1)
                throw new InvalidOperationException("Not now.");
            if (logged.StreamId == parked.Value || logged.Type != "task.created")
                return;
            if (Interlocked.Exchange(ref isFirst, 0) == 1)
            {
                entered.SetResult();
                await leave.Task;
            }

            await services.GetRequiredService<ISender>().Send(new UpdateTask(new(logged.StreamId), null, new() { Priority = new(TaskPriority.High) }), token);
        };
        await host.RenameAsync(parked, "Fails");
        await host.EventuallyParkedAsync(ParkedState.Retrying);
        var task = await host.CreateTaskAsync("Slow");
        await entered.Task;

        var rewind = await host.SendAsync(new RewindSubscription(InboxName, new("2")));
        leave.SetResult();

        Assert.Equal(1, rewind.ParkedDropped);
        await EventuallyAsync(() => _inbox.Received.Any(received => received.StreamId == task.Value && received.Type == "task.prioritized"));
        Assert.Contains(_inbox.Received, received => received.StreamId == parked.Value && received.StreamVersion == 2);
        Assert.Equal(["task.created", "task.prioritized"], (await host.EventsOfAsync(task.Value)).Select(record => record.Type));
        Assert.Empty(await host.ParkedAsync());
    }

    [Fact]
    public async Task A_picture_that_is_begun_anew_under_load_has_every_event_once()
    {
        await using var host = await StartDeliveringAsync();
        for (var i = 0; i < 10; i++)
            await host.CreateTaskAsync();
        await EventuallyAsync(async () => (await host.PictureAsync()).Count >= 10);

        var load = Task.WhenAll(Enumerable.Range(0, 40).Select(i => host.CreateTaskAsync($"Task {i}")));
        var rewinds = new List<RewindDto>();
        for (var i = 0; i < 3; i++)
        {
            await EventuallyAsync(async () => (await host.CursorAsync("test-picture")).Position > 0);
            rewinds.Add(await host.SendAsync(new RewindSubscription("test-picture")));
        }

        await load;

        Assert.All(rewinds, rewind => Assert.True(rewind.Rebuilt));
        await host.CaughtUpAsync("test-picture");
        var expected = (await host.EventsAsync()).Where(record => record.StreamType == "task").Select(record => record.EventId.ToString());
        Assert.Equal(expected.Order(StringComparer.Ordinal), (await host.PictureAsync()).Order(StringComparer.Ordinal));
        Assert.Empty(await host.ParkedAsync());
    }

    [Fact]
    public async Task A_handler_is_tested_without_keeping_what_it_does()
    {
        await using var host = await StartDeliveringAsync();
        var task = await host.CreateTaskAsync("As it was");
        await EventuallyAsync(() => _inbox.Received.Count == 1);
        var recorded = await host.LastEventOfAsync(task);
        var before = (await host.EventsAsync()).Count;
        _inbox.Do = (logged, services, token) => services.GetRequiredService<ISender>()
            .Send(new UpdateTask(new(logged.StreamId), null, new() { Title = new("Changed"), Labels = new(["new"]) }), token);

        var test = await host.SendAsync(new TestHandler(InboxName, recorded.EventId));

        Assert.Equal((HandlerOutcome.Handled, nameof(TakeIntoInbox), null), (test.Outcome, test.Handler, test.Error));
        Assert.Equal(["task.details_changed", "task.labels_changed"], test.Raised.Select(raised => raised.Type));
        Assert.Equal([new("task_labels", 1, 0, 0), new("tasks", 0, 1, 0)], test.Changes);
        Assert.Equal("As it was", (await host.LoadAsync(task)).Title);
        Assert.Equal(before, (await host.EventsAsync()).Count);
        Assert.True(_inbox.Deliveries.Last().IsReplay);
    }

    [Fact]
    public async Task A_test_tells_how_a_handler_fails()
    {
        await using var host = await StartDeliveringAsync(new() { ["Subscriptions:test-inbox:TimeLimitSeconds"] = "0.2" });
        var task = await host.CreateTaskAsync();
        await EventuallyAsync(() => _inbox.Received.Count == 1);
        var id = (await host.LastEventOfAsync(task)).EventId;

        Assert.Equal((HandlerOutcome.Failed, "Not this."), await OutcomeAsync((_, _, _) => throw new InvalidOperationException("Not this.")));
        Assert.Equal((HandlerOutcome.FailedForGood, "Never."), await OutcomeAsync((_, _, _) => throw new PermanentFailureException("Never.")));
        Assert.Equal((HandlerOutcome.TimedOut, "The handler took longer than its limit of 0.2 s."), await OutcomeAsync((_, _, token) => Task.Delay(Timeout.Infinite, token)));
        Assert.Equal(HandlerOutcome.NotTaken, (await host.SendAsync(new TestHandler("test-completions", id))).Outcome);
        Assert.Empty(await host.ParkedAsync());
        await Assert.ThrowsAsync<NotFoundException>(() => host.SendAsync(new TestHandler(InboxName, Guid.CreateVersion7())));
        await Assert.ThrowsAsync<NotFoundException>(() => host.SendAsync(new TestHandler("no-such", id)));

        async Task<(HandlerOutcome, string)> OutcomeAsync(Func<LoggedEvent, IServiceProvider, CancellationToken, Task> react)
        {
            _inbox.Do = react;
            var test = await host.SendAsync(new TestHandler(InboxName, id));
            return (test.Outcome, test.Error!.Message);
        }
    }

    private static bool ReplaysAreEqual(ReplayDto one, ReplayDto other) => (one with { Types = null }) == (other with { Types = null });

    /// <summary>A task whose first event is a dead letter; from then on the handler succeeds.</summary>
    private async Task<TaskId> DieAsync(TestHost host, int renames)
    {
        _inbox.Do = (_, _, _) => throw new PermanentFailureException("Never.");
        var task = await host.CreateTaskAsync();
        for (var i = 0; i < renames; i++)
            await host.RenameAsync(task, $"Title {i}");
        await host.EventuallyParkedAsync(ParkedState.Dead);
        _inbox.Do = (_, _, _) => Task.CompletedTask;
        return task;
    }

    protected override IServiceCollection AddHandlers(IServiceCollection services) => base.AddHandlers(services)
        .AddTransient<INotificationHandler<Committed<TaskCompleted>>, NoticeCompletions>()
        .AddTransient<INotificationHandler<Committed<IDomainEvent>>, DrawPicture>();

    private new async Task<TestHost> StartDeliveringAsync(Dictionary<string, string?>? settings = null)
    {
        var host = await base.StartDeliveringAsync(settings);
        await EventuallyAsync(async () => (await host.SubscriptionAsync()).Partitions.All(partition => partition.Holder is not null));
        return host;
    }
}

public sealed class SteeringDeliveryOnSqlite() : SteeringDelivery(DatabaseKind.Sqlite);

public sealed class SteeringDeliveryOnPostgreSql() : SteeringDelivery(DatabaseKind.PostgreSql);

public sealed class SteeringDeliveryOnSqlServer() : SteeringDelivery(DatabaseKind.SqlServer);
