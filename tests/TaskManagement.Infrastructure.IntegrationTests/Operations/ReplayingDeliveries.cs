using MediatR;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Application.Operations;
using TaskManagement.Application.Tasks;
using TaskManagement.Domain.Common;
using TaskManagement.Domain.Tasks;
using TaskManagement.Infrastructure.EventLog.Delivery;
using TaskManagement.Infrastructure.IntegrationTests.Support;
using TaskManagement.Infrastructure.Persistence;
using TaskManagement.TestSupport;
using static TaskManagement.Infrastructure.IntegrationTests.Delivery.DeliverySteps;
using static TaskManagement.Infrastructure.IntegrationTests.Operations.OperationsSteps;

namespace TaskManagement.Infrastructure.IntegrationTests.Operations;

/// <summary>Operators have events delivered again, and what goes on meanwhile is neither lost nor doubled by it.</summary>
public abstract class ReplayingDeliveries(DatabaseKind database) : OperationsTest(database)
{
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

    private static bool ReplaysAreEqual(ReplayDto one, ReplayDto other) => (one with { Types = null }) == (other with { Types = null });
}

public sealed class ReplayingDeliveriesOnSqlite() : ReplayingDeliveries(DatabaseKind.Sqlite);

public sealed class ReplayingDeliveriesOnPostgreSql() : ReplayingDeliveries(DatabaseKind.PostgreSql);

public sealed class ReplayingDeliveriesOnSqlServer() : ReplayingDeliveries(DatabaseKind.SqlServer);
