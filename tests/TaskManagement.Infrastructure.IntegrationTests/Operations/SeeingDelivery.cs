using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Application.Operations;
using TaskManagement.Application.Tasks;
using TaskManagement.Domain.Common;
using TaskManagement.Infrastructure.EventLog.Delivery;
using TaskManagement.Infrastructure.IntegrationTests.Delivery;
using TaskManagement.Infrastructure.IntegrationTests.Support;
using TaskManagement.Infrastructure.Persistence;
using TaskManagement.TestSupport;
using static TaskManagement.Infrastructure.IntegrationTests.Delivery.DeliverySteps;
using static TaskManagement.Infrastructure.IntegrationTests.Operations.OperationsSteps;

namespace TaskManagement.Infrastructure.IntegrationTests.Operations;

/// <summary>Operators see how the delivery of events stands.</summary>
public abstract class SeeingDelivery(DatabaseKind database) : OperationsTest(database)
{
    [Fact]
    public async Task A_subscription_that_has_seen_everything_is_running_and_behind_by_nothing()
    {
        await using var host = await StartDeliveringAsync();
        await host.CreateTaskAsync();
        await host.CaughtUpAsync();

        var subscription = await host.SubscriptionAsync();

        Assert.Equal((SubscriptionState.Running, "1", nameof(TakeIntoInbox)), (subscription.State, subscription.Position, subscription.Handler));
        Assert.Equal("delivery", subscription.Concern);
        Assert.Equal(new LagDto(0, AtMost: false, 0), subscription.Lag);
        Assert.Null(subscription.OldestUndelivered);
        Assert.Contains("task.completed", subscription.Takes);
        Assert.Equal((3, 0.05, true, false), (subscription.Policy!.MaxAttempts, subscription.Policy.BackoffBaseSeconds, subscription.Policy.Replayable, subscription.Policy.Rebuildable));
        var partition = Assert.Single(subscription.Partitions);
        Assert.NotNull(partition.Holder);
        Assert.True(partition.LeaseUntil > DateTimeOffset.UnixEpoch);
    }

    [Fact]
    public async Task A_paused_subscription_tells_how_many_events_it_is_behind_and_which_is_the_oldest()
    {
        await using var host = await StartDeliveringAsync();
        await host.StopDeliveryAsync();
        await host.SendAsync(new PauseSubscription(InboxName));
        var task = await host.CreateTaskAsync();
        await host.RenameAsync(task, "Renamed");
        await host.NumberEventsAsync();

        var subscription = await host.SubscriptionAsync();

        Assert.Equal(SubscriptionState.Paused, subscription.State);
        Assert.NotNull(subscription.PausedAt);
        // The pause is an event too, and comes first.
        Assert.Equal((3, false), (subscription.Lag.Events, subscription.Lag.AtMost));
        Assert.Equal(("subscription.paused", "1"), (subscription.OldestUndelivered!.Type, subscription.OldestUndelivered.Position));
        Assert.InRange(subscription.Lag.Seconds, 0, 60);
    }

    [Fact]
    public async Task A_subscription_is_behind_only_by_events_that_are_for_it()
    {
        await using var host = await StartDeliveringAsync();
        await host.StopDeliveryAsync();
        var task = await host.CreateTaskAsync();
        await host.SendAsync(new StartTask(task));
        await host.NumberEventsAsync();
        Assert.Equal(new LagDto(0, AtMost: false, 0), (await host.SubscriptionAsync("test-completions")).Lag);

        await host.SendAsync(new CompleteTask(task));
        await host.NumberEventsAsync();

        var subscription = await host.SubscriptionAsync("test-completions");
        Assert.Equal((1, false), (subscription.Lag.Events, subscription.Lag.AtMost));
        Assert.Equal("task.completed", subscription.OldestUndelivered!.Type);
    }

    [Fact]
    public async Task Far_behind_it_is_said_how_many_events_there_are_at_most_and_how_old_they_can_be()
    {
        await using var host = await StartDeliveringAsync();
        await host.StopDeliveryAsync();
        await AddOldEventsAsync(host, 1100);

        var subscription = await host.SubscriptionAsync("test-completions");

        Assert.Equal((1100, true), (subscription.Lag.Events, subscription.Lag.AtMost));
        Assert.Null(subscription.OldestUndelivered);
        Assert.InRange(subscription.Lag.Seconds, 3600, double.MaxValue);
        await EventuallyAsync(async () => (await host.SubscriptionAsync("test-completions")).State == SubscriptionState.Unheld);
    }

    [Fact]
    public async Task A_parked_event_is_the_oldest_undelivered_until_it_is_dead()
    {
        await using var host = await StartDeliveringAsync(SlowRetries);
        _inbox.Do = (_, _, _) => throw new InvalidOperationException("Never.");
        var task = await host.CreateTaskAsync();
        await host.EventuallyParkedAsync(ParkedState.Retrying);
        await host.CaughtUpAsync();

        var subscription = await host.SubscriptionAsync();

        Assert.Equal((0, task.Value), (subscription.Lag.Events, subscription.OldestUndelivered!.Subject));
        Assert.Equal(new ParkedCountsDto(1, 0, 0, 1), subscription.Parked);
        await KillParkedAsync(host);
        subscription = await host.SubscriptionAsync();
        Assert.Null(subscription.OldestUndelivered);
        Assert.Equal(new ParkedCountsDto(0, 0, 1, 1), subscription.Parked);
    }

    [Fact]
    public async Task Progress_without_a_handler_is_listed_as_orphaned()
    {
        await using var host = await StartDeliveringAsync();
        await host.StopDeliveryAsync();
        await using var without = host.AnotherNode(settings: Quick);

        var subscriptions = (await without.SendAsync(new ListSubscriptions())).Items;

        var orphan = Assert.Single(subscriptions, subscription => subscription.Name == InboxName);
        Assert.Equal((SubscriptionState.Orphaned, null, null), (orphan.State, orphan.Handler, orphan.Policy));
        Assert.Contains(InboxName, (await without.SendAsync(new GetStoreHealth())).Orphaned);
        await Assert.ThrowsAsync<NotFoundException>(() => without.SubscriptionAsync("no-such"));
        var refused = await Assert.ThrowsAsync<DomainException>(() => without.SendAsync(new RewindSubscription(InboxName)));
        Assert.Equal("subscription.orphaned", refused.Code);
    }

    [Fact]
    public async Task Parked_events_are_listed_by_filter_and_page_by_page()
    {
        await using var host = await StartDeliveringAsync(SlowRetries);
        _inbox.Do = (logged, _, _) => logged.StreamVersion == 1 ? throw new InvalidOperationException("Not this one.") : Task.CompletedTask;
        var (first, second) = (await host.CreateTaskAsync(), await host.CreateTaskAsync());
        await host.RenameAsync(first, "Behind");
        await host.EventuallyParkedAsync(ParkedState.Behind);

        Assert.Equal(["task.created", "task.created", "task.details_changed"], await TypesAsync(new()));
        Assert.Equal(["task.created", "task.created"], await TypesAsync(new(Status: ParkedState.Retrying)));
        Assert.Equal(["task.details_changed"], await TypesAsync(new(Type: "task.details_changed")));
        Assert.Equal(3, (await TypesAsync(new(Type: "task.*"))).Count());
        Assert.Equal(["task.created", "task.details_changed"], await TypesAsync(new(Subject: first.Value)));
        Assert.Equal(["task.created"], await TypesAsync(new(InboxName, Subject: second.Value)));
        Assert.Empty(await TypesAsync(new("another")));
        Assert.Empty(await TypesAsync(new(Type: "project.*")));
        await Assert.ThrowsAsync<InvalidRequestException>(() => TypesAsync(new(Type: "task.d*")));

        var page = await host.SendAsync(new ListParkedEvents(new(), Limit: 2));
        var rest = await host.SendAsync(new ListParkedEvents(new(), Limit: 2, page.NextCursor));
        Assert.Equal(3, page.Items.Concat(rest.Items).Select(parked => parked.Id).Distinct().Count());
        Assert.Null(rest.NextCursor);
        Assert.All(page.Items, parked => Assert.True(parked.Event.OccurredAt > DateTimeOffset.UnixEpoch));

        async Task<IEnumerable<string>> TypesAsync(ParkedFilter filter) =>
            (await host.SendAsync(new ListParkedEvents(filter))).Items.Select(parked => parked.Event.Type).Order(StringComparer.Ordinal);
    }

    [Fact]
    public async Task A_healthy_store_says_so_and_what_is_wrong_is_said_in_sentences()
    {
        await using var host = await StartDeliveringAsync(SlowRetries);
        for (var i = 0; i < 4; i++)
            await host.CreateTaskAsync();
        await host.CaughtUpAsync();
        // Other subscriptions than the one of the test are taken up in their turn.
        await Eventually.IsTrueAsync("all subscriptions are worked on", async () => (await host.SendAsync(new GetStoreHealth())).Healthy);

        var healthy = await host.SendAsync(new GetStoreHealth());
        Assert.Empty(healthy.Findings);
        Assert.True(healthy.Healthy);
        Assert.Equal(
            ("4", 4, host.Services.GetRequiredService<SubscriptionCatalog>().All.Count), (healthy.LastPosition, healthy.Events, healthy.Subscriptions));
        Assert.True(Assert.Single(healthy.Nodes).Alive);
        Assert.InRange(healthy.DatabaseBytes, 4096, long.MaxValue);

        _inbox.Do = (_, _, _) => throw new PermanentFailureException("Never.");
        await host.CreateTaskAsync();
        await host.EventuallyParkedAsync(ParkedState.Dead);
        await host.ReadAsync(db => db.EventLog.Where(record => record.Position == 2 || record.Position == 3).ExecuteDeleteAsync());
        var sick = await host.SendAsync(new GetStoreHealth());
        Assert.False(sick.Healthy);
        Assert.Equal(new GapDto("1", "4"), Assert.Single(sick.Gaps));
        Assert.Contains("There is no event between the positions 1 and 4: rows were deleted from the log.", sick.Findings);
        Assert.Contains("1 dead letter waits for someone to retry or to discard.", sick.Findings);

        await host.StopDeliveryAsync();
        Assert.Contains("No node delivers events.", (await host.SendAsync(new GetStoreHealth())).Findings);
    }

    [Fact]
    public async Task An_empty_store_is_no_fault()
    {
        await using var host = await StartAsync(settings: Quick);
        await host.StartDeliveryAsync();
        await EventuallyAsync(async () => await host.SendAsync(new GetStoreHealth()) is { Nodes.Count: 1, Healthy: true });

        var health = await host.SendAsync(new GetStoreHealth());

        Assert.Equal((true, null, 0), (health.Healthy, health.LastPosition, health.Events));
    }

    [Fact]
    public async Task Handlers_are_listed_with_their_phase_and_their_events()
    {
        await using var host = await StartDeliveringAsync();

        var handlers = (await host.SendAsync(new ListHandlers())).Items;

        var after = Assert.Single(handlers, handler => handler.Subscription == "test-completions");
        Assert.Equal((nameof(NoticeCompletions), "operations", HandlerPhase.AfterCommit, "task.completed"), (after.Handler, after.Concern, after.Phase, Assert.Single(after.Events)));
        var within = Assert.Single(handlers, handler => handler.Handler == "NumberTaskInItsProject");
        Assert.Equal(("tasks", HandlerPhase.InTransaction, null), (within.Concern, within.Phase, within.Subscription));
        Assert.Contains("task.created", within.Events);
        Assert.DoesNotContain(handlers, handler => handler.Handler.Contains("Measured", StringComparison.Ordinal));
    }

    private static Task<int> KillParkedAsync(TestHost host) => host.ReadAsync(db =>
        db.ParkedEvents.ExecuteUpdateAsync(set => set.SetProperty(parked => parked.Status, ParkedStatus.Dead)));

    /// <summary>Events of long ago, as they stand in the log once they are numbered.</summary>
    private static async Task AddOldEventsAsync(TestHost host, int count)
    {
        await host.InScopeAsync(async services =>
        {
            var db = services.GetRequiredService<TaskManagementDbContext>();
            for (var i = 0; i < count; i++)
            {
                db.EventLog.Add(new()
                {
                    EventId = Guid.CreateVersion7(),
                    StreamType = "task",
                    StreamId = Guid.CreateVersion7(),
                    StreamVersion = 1,
                    Type = "task.created",
                    TypeVersion = 1,
                    Payload = "{}",
                    Actor = new("user:tester"),
                    CorrelationId = "old",
                    CausationId = Guid.CreateVersion7(),
                    TraceParent = null,
                    CausationDepth = 0,
                    OccurredAt = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero),
                });
            }

            await db.SaveChangesAsync();
        });
        await host.NumberEventsAsync();
    }
}

public sealed class SeeingDeliveryOnSqlite() : SeeingDelivery(DatabaseKind.Sqlite);

public sealed class SeeingDeliveryOnPostgreSql() : SeeingDelivery(DatabaseKind.PostgreSql);

public sealed class SeeingDeliveryOnSqlServer() : SeeingDelivery(DatabaseKind.SqlServer);
