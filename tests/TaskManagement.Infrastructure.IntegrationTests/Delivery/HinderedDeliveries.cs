using MediatR;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Application.Operations;
using TaskManagement.Domain.Common;
using TaskManagement.Infrastructure.EventLog.Delivery;
using TaskManagement.Infrastructure.IntegrationTests.Support;
using TaskManagement.Infrastructure.Persistence;
using TaskManagement.TestSupport;
using static TaskManagement.Infrastructure.IntegrationTests.Delivery.DeliverySteps;

namespace TaskManagement.Infrastructure.IntegrationTests.Delivery;

/// <summary>What becomes of events whose handler hands them on to someone who can't take them now, or not all of them.</summary>
public abstract class HinderedDeliveries(DatabaseKind database) : DeliveryTest(database)
{
    protected override IServiceCollection AddHandlers(IServiceCollection services) =>
        services.AddSingleton(_inbox).AddTransient<INotificationHandler<Committed<IDomainEvent>>, TakeBatchIntoInbox>();

    [Fact]
    public async Task Of_a_batch_what_failed_is_parked_with_what_comes_behind_it_and_all_else_is_kept()
    {
        await using var host = await StartAsync(services => AddHandlers(services), Quick);
        var (good, bad) = (await host.CreateTaskAsync("Good"), await host.CreateTaskAsync("Bad"));
        await host.RenameAsync(bad, "Worse");
        await host.RenameAsync(good, "Better");
        await host.RenameAsync(bad, "Worst");
        var refused = 0;
        _inbox.Do = async (logged, services, token) =>
        {
            if (logged.StreamId == bad.Value && logged.StreamVersion == 2 && Interlocked.Increment(ref refused) < 3)
                throw new InvalidOperationException("Not yet.");
            // Written by the same handler in the same transaction: kept once for every event that was handled, whatever failed beside it.
            await services.GetRequiredService<TaskManagementDbContext>().Database.ExecuteSqlAsync(
                $"UPDATE event_cursors SET delivered = delivered + 1000 WHERE subscription = 'test-batches' AND replay = 0", token);
        };
        await host.StartDeliveryAsync();

        await EventuallyAsync(() => _inbox.Received.Count == 5);
        await EventuallyAsync(async () => (await host.ParkedAsync()).Count == 0);
        Assert.Equal([1L, 2L, 3L], _inbox.Received.Where(received => received.StreamId == bad.Value).Select(received => received.StreamVersion));
        Assert.Equal([1L, 2L], _inbox.Received.Where(received => received.StreamId == good.Value).Select(received => received.StreamVersion));
        Assert.Equal(3, refused);
        Assert.Equal(5, (await host.CursorAsync("test-batches")).Delivered / 1000);
    }

    [Fact]
    public async Task What_is_tried_again_comes_together_with_what_waited_behind_it()
    {
        const int Tasks = 4;
        await using var host = await StartAsync(services => AddHandlers(services), new(Quick) { ["Subscriptions:test-batches:BackoffBaseSeconds"] = "0.5" });
        var tasks = new List<Guid>();
        for (var i = 0; i < Tasks; i++)
        {
            var task = await host.CreateTaskAsync($"Task {i}");
            await host.RenameAsync(task, $"Task {i} again");
            await host.RenameAsync(task, $"Task {i} once more");
            tasks.Add(task.Value);
        }

        _inbox.Do = (logged, _, _) => logged.StreamVersion == 1 && _inbox.Batches.Count == 1 ? throw new InvalidOperationException("Not yet.") : Task.CompletedTask;
        await host.StartDeliveryAsync();

        await EventuallyAsync(() => _inbox.Received.Count == 3 * Tasks);
        await EventuallyAsync(async () => (await host.ParkedAsync()).Count == 0);
        // The first batch parked them all.
        var again = _inbox.Batches.Skip(1).ToList();
        Assert.All(tasks, task =>
        {
            var batch = Assert.Single(again, batch => batch.Any(committed => committed.Logged.StreamId == task));
            Assert.Equal([(1L, 2), (2L, 1), (3L, 1)], batch.Where(committed => committed.Logged.StreamId == task).Select(committed => (committed.Logged.StreamVersion, committed.Delivery.Attempt)));
        });
    }

    [Fact]
    public async Task When_what_it_waited_for_fails_again_what_is_behind_costs_no_attempt()
    {
        await using var host = await StartAsync(services => AddHandlers(services), new(Quick) { ["Subscriptions:test-batches:MaxAttempts"] = "3" });
        var task = await host.CreateTaskAsync("Bad");
        await host.RenameAsync(task, "Behind");
        await host.RenameAsync(task, "Behind it");
        _inbox.Do = (_, _, _) => throw new InvalidOperationException("Never.");
        await host.StartDeliveryAsync();

        await EventuallyAsync(async () => (await host.ParkedAsync()).Exists(row => row.Status == ParkedStatus.Dead));
        var parked = await host.ParkedAsync();
        Assert.Equal([(ParkedStatus.Dead, 3), (ParkedStatus.Behind, 0), (ParkedStatus.Behind, 0)], parked.Select(row => (row.Status, row.Attempts)));
        Assert.All(parked, row => Assert.False(row.IsSuspect));
        await host.ReadAsync(db => db.ParkedEvents.Where(row => row.Status == ParkedStatus.Dead).ExecuteDeleteAsync());
        _inbox.Do = (_, _, _) => Task.CompletedTask;
        // No one tells the worker that the dead letter is gone.
        await EventuallyAsync(() => _inbox.Received.Count == 2);
        Assert.Equal([2L, 3L], _inbox.Received.Select(received => received.StreamVersion));
    }

    [Fact]
    public async Task What_fails_for_good_in_a_batch_is_a_dead_letter_and_an_event_says_so()
    {
        await using var host = await StartDeliveringAsync();
        _inbox.Do = (_, _, _) => throw new PermanentFailureException("Never.");
        var task = await host.CreateTaskAsync();

        await EventuallyAsync(async () => (await host.ParkedAsync()) is [{ Status: ParkedStatus.Dead }]);
        var said = await host.ReadAsync(db => db.EventLog.AsNoTracking().SingleAsync(record => record.Type == "subscription.event_dead_lettered"));
        Assert.Equal((await host.EventsOfAsync(task.Value)).Single().EventId, said.CausationId);
    }

    [Fact]
    public async Task What_can_not_be_reached_costs_no_attempt_and_is_told()
    {
        await using var host = await StartDeliveringAsync();
        var isDown = true;
        _inbox.Do = (_, _, _) => Volatile.Read(ref isDown) ? throw new UnavailableException("The broker can't be reached.") : Task.CompletedTask;
        var task = await host.CreateTaskAsync();

        await EventuallyAsync(async () => await ObstacleAsync(host) is not null);
        Assert.Equal("The broker can't be reached.", (await ObstacleAsync(host))!.Reason);
        var created = (await host.EventsOfAsync(task.Value)).Single();
        Assert.Contains("The broker can't be reached.", (await host.SendAsync(new ExplainDelivery("test-batches", created.EventId))).Because, StringComparison.Ordinal);
        await EventuallyAsync(() => _inbox.Deliveries.Count >= 3);
        Assert.Empty(await host.ParkedAsync());
        Assert.All(_inbox.Deliveries, delivery => Assert.Equal(1, delivery.Attempt));

        Volatile.Write(ref isDown, false);
        await EventuallyAsync(() => _inbox.Received.Count == 1);
        await EventuallyAsync(async () => await ObstacleAsync(host) is null);
    }

    [Fact]
    public async Task An_event_that_is_tried_again_when_nothing_can_be_reached_keeps_its_attempts()
    {
        await using var host = await StartDeliveringAsync();
        var attempts = 0;
        _inbox.Do = (_, _, _) => Interlocked.Increment(ref attempts) switch
        {
            1 => throw new InvalidOperationException("Fails."),
            2 => throw new UnavailableException("The broker can't be reached."),
            _ => Task.CompletedTask,
        };
        await host.CreateTaskAsync();

        await EventuallyAsync(() => _inbox.Received.Count == 1);
        Assert.Equal([1, 2, 2], _inbox.Deliveries.Select(delivery => delivery.Attempt));
    }

    [Fact]
    public async Task Who_says_when_to_come_back_is_given_nothing_before()
    {
        await using var host = await StartDeliveringAsync();
        _inbox.Do = (_, _, _) => throw new RetryAfterException("Come back in an hour.", TimeSpan.FromHours(1));
        await host.CreateTaskAsync("First");
        await EventuallyAsync(async () => (await host.ParkedAsync()).Count == 1);
        var other = await host.CreateTaskAsync("Second");
        await EventuallyAsync(async () => (await host.EventsOfAsync(other.Value)).Single().Position is not null);

        var parked = Assert.Single(await host.ParkedAsync());
        Assert.True(parked.NextAttemptAt - parked.ParkedAt >= TimeSpan.FromHours(1) - TimeSpan.FromSeconds(1));
        Assert.Single(_inbox.Deliveries);
    }

    private static async Task<ObstacleDto?> ObstacleAsync(TestHost host) => (await host.SendAsync(new GetSubscription("test-batches"))).Obstacle;
}

public sealed class HinderedDeliveriesOnSqlite() : HinderedDeliveries(DatabaseKind.Sqlite);

public sealed class HinderedDeliveriesOnPostgreSql() : HinderedDeliveries(DatabaseKind.PostgreSql);

public sealed class HinderedDeliveriesOnSqlServer() : HinderedDeliveries(DatabaseKind.SqlServer);

[Subscription("test-batches", BackoffBaseSeconds = 0.05, MaxAttempts = 5, BatchSize = 20, StartFrom = StartFrom.Beginning)]
internal sealed class TakeBatchIntoInbox(Inbox inbox, IServiceProvider services) : INotificationHandler<Committed<IDomainEvent>>, IBatchHandler
{
    public async Task<IReadOnlyList<FailedEvent>> HandleAsync(IReadOnlyList<Committed<IDomainEvent>> batch, CancellationToken cancellationToken)
    {
        inbox.Batches.Enqueue(batch);
        var failed = new List<FailedEvent>();
        foreach (var lane in batch.Where(committed => committed.Logged.StreamType == "task").GroupBy(committed => committed.Logged.StreamId))
        {
            foreach (var committed in lane)
            {
                try
                {
                    await inbox.TakeAsync(committed, services, cancellationToken);
                }
                catch (Exception exception) when (exception is not UnavailableException)
                {
                    failed.Add(new(committed.Logged.EventId, exception));
                    break;
                }
            }
        }

        return failed;
    }

    public Task Handle(Committed<IDomainEvent> notification, CancellationToken cancellationToken) => HandleAsync([notification], cancellationToken);
}
