using System.Data.Common;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Application.Tasks;
using TaskManagement.Domain.Tasks;
using TaskManagement.Infrastructure.EventLog.Delivery;
using TaskManagement.Infrastructure.IntegrationTests.Support;
using TaskManagement.Infrastructure.Persistence;
using static TaskManagement.Infrastructure.IntegrationTests.Delivery.DeliverySteps;

namespace TaskManagement.Infrastructure.IntegrationTests.Delivery;

/// <summary>What becomes of an event whose handler fails, or takes its process with it.</summary>
public abstract class FailingDeliveries(DatabaseKind database) : DeliveryTest(database)
{
    [Fact]
    public async Task What_a_failed_attempt_wrote_is_undone_by_command_and_by_raw_statement()
    {
        await using var host = await StartDeliveringAsync();
        var attempts = 0;
        _inbox.Do = async (logged, services, token) =>
        {
            if (logged.Type != "task.created")
                return;
            var db = services.GetRequiredService<TaskManagementDbContext>();
            await db.Database.ExecuteSqlAsync($"UPDATE tasks SET title = 'raw' WHERE id <> {logged.StreamId}", token);
            await db.IdempotencyKeys.Where(key => key.Key == "x").ExecuteDeleteAsync(token);
            await services.GetRequiredService<ISender>().Send(new UpdateTask(new(logged.StreamId), null, new() { Priority = new(TaskPriority.High) }), token);
            if (++attempts == 1)
                throw new InvalidOperationException("Once.");
        };
        var task = await host.CreateTaskAsync();

        await EventuallyAsync(() => _inbox.Received.Count == 2);
        Assert.Equal(2, attempts);
        Assert.Equal(["task.created", "task.prioritized"], (await host.EventsOfAsync(task.Value)).Select(record => record.Type));
        await EventuallyAsync(async () => (await host.ParkedAsync()).Count == 0);
    }

    [Fact]
    public async Task An_event_that_fails_is_parked_its_lane_waits_behind_it_and_all_others_go_on()
    {
        await using var host = await StartDeliveringAsync(new() { ["Subscriptions:test-inbox:BackoffBaseSeconds"] = "600", ["Subscriptions:test-inbox:BackoffCapSeconds"] = "600" });
        var bad = await host.CreateTaskAsync("Bad");
        await EventuallyAsync(() => _inbox.Received.Count == 1);
        _inbox.Do = (logged, _, _) => logged.StreamId == bad.Value ? throw new InvalidOperationException("Not this one.") : Task.CompletedTask;
        await host.RenameAsync(bad, "Still bad");
        await host.RenameAsync(bad, "Worse");
        var good = await host.CreateTaskAsync("Good");

        await EventuallyAsync(() => _inbox.Received.Any(received => received.StreamId == good.Value));
        await EventuallyAsync(async () => (await host.ParkedAsync()).Count == 2);
        var parked = await host.ParkedAsync();
        Assert.Equal([ParkedStatus.Retrying, ParkedStatus.Behind], parked.Select(row => row.Status));
        Assert.Equal([1, 0], parked.Select(row => row.Attempts));
        Assert.Contains("Not this one.", parked[0].Error, StringComparison.Ordinal);
        Assert.DoesNotContain(_inbox.Received, received => received.StreamId == bad.Value && received.StreamVersion > 1);
    }

    [Fact]
    public async Task After_a_retry_that_succeeds_the_lane_is_delivered_in_order()
    {
        await using var host = await StartDeliveringAsync();
        var failures = 2;
        _inbox.Do = (logged, _, _) =>
            logged.StreamVersion == 1 && Interlocked.Decrement(ref failures) >= 0 ? throw new InvalidOperationException("Twice.") : Task.CompletedTask;
        var task = await host.CreateTaskAsync();
        for (var i = 0; i < 20; i++)
            await host.RenameAsync(task, $"Title {i}");

        await EventuallyAsync(() => _inbox.Received.Count == 21);
        Assert.Equal(Enumerable.Range(1, 21).Select(version => (long)version), _inbox.Received.Select(received => received.StreamVersion));
        await EventuallyAsync(async () => (await host.ParkedAsync()).Count == 0);
        Assert.Contains(_inbox.Deliveries, delivery => delivery.Attempt == 3);
    }

    [Fact]
    public async Task After_its_last_attempt_an_event_is_a_dead_letter_that_holds_its_lane_and_the_log_says_so()
    {
        await using var host = await StartDeliveringAsync();
        var bad = await host.CreateTaskAsync();
        await EventuallyAsync(() => _inbox.Received.Count == 1);
        _inbox.Do = (logged, _, _) => logged.StreamId == bad.Value ? throw new InvalidOperationException("Never.") : Task.CompletedTask;
        await host.RenameAsync(bad, "Dead");
        await host.RenameAsync(bad, "Behind it");

        await EventuallyAsync(async () => (await host.ParkedAsync()).Exists(row => row.Status == ParkedStatus.Dead));
        await EventuallyAsync(async () => (await host.ParkedAsync()).Count == 2);
        var parked = await host.ParkedAsync();
        Assert.Equal([ParkedStatus.Dead, ParkedStatus.Behind], parked.Select(row => row.Status));
        Assert.Equal(3, parked[0].Attempts);
        var fact = Assert.Single(await host.EventsAsync(), record => record.Type == "subscription.event_dead_lettered");
        Assert.Contains("Never.", fact.Payload, StringComparison.Ordinal);
        Assert.Equal(parked[0].EventId, fact.CausationId);
    }

    [Fact]
    public async Task A_subscription_may_leave_dead_letters_behind()
    {
        await using var host = await StartDeliveringAsync(new() { ["Subscriptions:test-inbox:AfterDeadLetter"] = "Continue" });
        _inbox.Do = (logged, _, _) => logged.StreamVersion == 1 ? throw new InvalidOperationException("Never.") : Task.CompletedTask;
        var task = await host.CreateTaskAsync();
        await host.RenameAsync(task, "Delivered");

        await EventuallyAsync(() => _inbox.Received.Count == 1);
        Assert.Equal(2, _inbox.Received[0].StreamVersion);
        await EventuallyAsync(async () => await host.ParkedAsync() is [{ Status: ParkedStatus.Dead }]);
    }

    [Fact]
    public async Task A_permanent_failure_is_a_dead_letter_at_once()
    {
        await using var host = await StartDeliveringAsync();
        _inbox.Do = (_, _, _) => throw new PermanentFailureException("This will never do.");
        await host.CreateTaskAsync();

        await EventuallyAsync(async () => (await host.ParkedAsync()).Exists(row => row.Status == ParkedStatus.Dead));
        Assert.Equal(1, Assert.Single(await host.ParkedAsync()).Attempts);
    }

    [Fact]
    public async Task A_handler_that_hangs_has_failed_when_its_time_is_up_and_its_own_cancellation_is_no_shutdown()
    {
        await using var host = await StartDeliveringAsync(new() { ["Subscriptions:test-inbox:TimeLimitSeconds"] = "0.2" });
        var hangs = 0;
        _inbox.Do = async (logged, _, token) =>
        {
            if (logged.StreamVersion > 1)
                throw new OperationCanceledException("Of its own.");
            if (Interlocked.Increment(ref hangs) <= 2)
                await Task.Delay(Timeout.Infinite, hangs == 1 ? token : CancellationToken.None);
        };
        var task = await host.CreateTaskAsync();

        await EventuallyAsync(() => _inbox.Received.Count == 1);
        Assert.Equal(3, hangs);
        await host.RenameAsync(task, "Cancelled");
        await EventuallyAsync(async () => (await host.ParkedAsync()).Exists(row => row.Status == ParkedStatus.Dead));
    }

    [Fact]
    public async Task A_handler_that_blocks_its_thread_has_failed_when_its_time_is_up()
    {
        using var unblocked = new ManualResetEventSlim();
        await using var host = await StartDeliveringAsync(new() { ["Subscriptions:test-inbox:TimeLimitSeconds"] = "0.2", ["Subscriptions:test-inbox:MaxAttempts"] = "1" });
        _inbox.Do = (_, _, _) =>
        {
            unblocked.Wait();
            return Task.CompletedTask;
        };
        try
        {
            await host.CreateTaskAsync();
            await EventuallyAsync(async () => await host.ParkedAsync() is [{ Status: ParkedStatus.Dead }]);
            Assert.Contains("limit", Assert.Single(await host.ParkedAsync()).Error, StringComparison.Ordinal);
        }
        finally
        {
            unblocked.Set();
        }
    }

    [Fact]
    public async Task What_an_event_causes_over_and_over_ends_as_a_dead_letter()
    {
        await using var host = await StartDeliveringAsync(new() { ["Events:MaxCausationDepth"] = "5" });
        _inbox.Do = (logged, services, token) => services.GetRequiredService<ISender>().Send(
            new UpdateTask(new(logged.StreamId), null, new() { Title = new($"After {logged.StreamVersion}") }), token);
        var task = await host.CreateTaskAsync();

        await EventuallyAsync(async () => (await host.ParkedAsync()).Exists(row => row.Status == ParkedStatus.Dead));
        Assert.Equal(6, (await host.EventsOfAsync(task.Value)).Count);
        Assert.Contains("Events:MaxCausationDepth", Assert.Single(await host.ParkedAsync()).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_event_of_unknown_type_or_newer_version_is_parked_with_that_reason()
    {
        await using var host = await StartDeliveringAsync(new() { ["Subscriptions:test-inbox:BackoffBaseSeconds"] = "600", ["Subscriptions:test-inbox:BackoffCapSeconds"] = "600" });
        await host.StopDeliveryAsync();
        var (unknown, newer) = (await host.CreateTaskAsync(), await host.CreateTaskAsync());
        await host.InScopeAsync(async services =>
        {
            var db = services.GetRequiredService<TaskManagementDbContext>();
            await db.EventLog.Where(record => record.StreamId == unknown.Value).ExecuteUpdateAsync(set => set.SetProperty(record => record.Type, "task.teleported"));
            await db.EventLog.Where(record => record.StreamId == newer.Value).ExecuteUpdateAsync(set => set.SetProperty(record => record.TypeVersion, 99));
        });
        await using var node = host.AnotherNode(services => services.WithInbox(_inbox), new(Quick) { ["Subscriptions:test-inbox:BackoffBaseSeconds"] = "600", ["Subscriptions:test-inbox:BackoffCapSeconds"] = "600" });
        await node.StartDeliveryAsync();

        await EventuallyAsync(async () => (await host.ParkedAsync()).FindAll(row => row.Subscription == "test-inbox").Count == 2);
        var parked = (await host.ParkedAsync()).FindAll(row => row.Subscription == "test-inbox");
        Assert.Contains("task.teleported", parked[0].Error, StringComparison.Ordinal);
        Assert.Contains("version 99", parked[1].Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_an_unclean_end_the_event_in_hand_is_parked_and_after_three_a_dead_letter()
    {
        await using var host = await StartDeliveringAsync();
        await host.StopDeliveryAsync();
        var task = await host.CreateTaskAsync();
        await host.SendAsync(new StartTask(task));
        await using (var node = host.AnotherNode(settings: Quick))
        {
            await node.StartDeliveryAsync();
            await EventuallyAsync(async () => (await host.EventsAsync()).TrueForAll(record => record.Position is not null));
        }

        // As a process leaves it that died in the middle of the first event.
        await host.ReadAsync(db => db.EventCursors.Where(cursor => cursor.Subscription == "test-inbox").ExecuteUpdateAsync(set => set
            .SetProperty(cursor => cursor.Holder, "dead").SetProperty(cursor => cursor.LeaseUntil, new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero))
            .SetProperty(cursor => cursor.AttemptPosition, 1)));
        for (var crashes = 1; crashes <= 2; crashes++)
        {
            await using var node = host.AnotherNode(services => services.WithInbox(_inbox), new(Quick) { ["Subscriptions:test-inbox:BackoffBaseSeconds"] = "600", ["Subscriptions:test-inbox:BackoffCapSeconds"] = "600" });
            await node.StartDeliveryAsync();
            await EventuallyAsync(async () => (await host.ParkedAsync()) is [{ } first, ..] && first.Crashes == crashes && first.AttemptStartedAt is null);
            Assert.Empty(_inbox.Received);
            await node.StopDeliveryAsync();
            await host.ReadAsync(db => db.ParkedEvents.Where(row => row.Status == ParkedStatus.Retrying).ExecuteUpdateAsync(set => set
                .SetProperty(row => row.AttemptStartedAt, new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero))
                .SetProperty(row => row.NextAttemptAt, new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero))));
        }

        await using var last = host.AnotherNode(services => services.WithInbox(_inbox), Quick);
        await last.StartDeliveryAsync();
        await EventuallyAsync(async () => (await host.ParkedAsync()) is [{ Status: ParkedStatus.Dead }, ..]);
        Assert.StartsWith("The process ended while this was being handled, 3 times.", (await host.ParkedAsync())[0].Error, StringComparison.Ordinal);
        Assert.Empty(_inbox.Received);
    }

    [Fact]
    public async Task In_one_partition_an_event_that_is_tried_again_and_a_new_one_are_not_handled_at_once()
    {
        await using var host = await StartDeliveringAsync();
        var (calls, again, leave) = (0, new TaskCompletionSource(), new TaskCompletionSource());
        _inbox.Do = async (logged, _, _) =>
        {
            switch (Interlocked.Increment(ref calls))
            {
                case 1:
                    throw new InvalidOperationException("Not at once.");
                case 2:
                    again.SetResult();
                    await leave.Task;
                    break;
            }
        };
        await host.CreateTaskAsync("Again");
        await again.Task;
        await host.CreateTaskAsync("New");
        var created = await host.ReadAsync(db => db.EventNodes.MaxAsync(node => node.SeenAt));
        await EventuallyAsync(async () => await host.ReadAsync(db => db.EventNodes.MaxAsync(node => node.SeenAt)) > created.AddSeconds(2));
        Assert.Equal(2, calls);
        leave.SetResult();

        await EventuallyAsync(() => _inbox.Received.Count == 2);
        Assert.Equal([1, 2], _inbox.Received.Select(received => received.Position));
    }

    [Fact]
    public async Task Events_in_whose_handling_a_process_ended_are_tried_one_at_a_time()
    {
        const int Suspects = 12;
        var settings = new Dictionary<string, string?>(Quick) { ["Subscriptions:test-inbox:Partitions"] = "2" };
        await using var host = await StartDeliveringAsync(settings);
        _inbox.Do = (_, _, _) => throw new InvalidOperationException("Not yet.");
        for (var i = 0; i < Suspects; i++)
            await host.CreateTaskAsync($"Suspect {i}");
        await EventuallyAsync(async () => (await host.ParkedAsync()).Count == Suspects);
        await host.StopDeliveryAsync();
        Assert.Equal(2, (await host.ParkedAsync()).Select(row => row.Lane % 2).Distinct().Count());
        await host.ReadAsync(db => db.ParkedEvents.ExecuteUpdateAsync(set => set
            .SetProperty(row => row.Status, ParkedStatus.Retrying)
            .SetProperty(row => row.Crashes, 1)
            .SetProperty(row => row.NextAttemptAt, new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero))));

        var (entered, inHand, most, leave) = (new TaskCompletionSource(), 0, 0, new TaskCompletionSource());
        var next = new Inbox();
        next.Do = async (logged, _, _) =>
        {
            if (logged.Position > Suspects)
                return;
            most = Math.Max(most, Interlocked.Increment(ref inHand));
            entered.TrySetResult();
            await leave.Task;
            Interlocked.Decrement(ref inHand);
        };
        await using var node = host.AnotherNode(services => services.WithInbox(next), settings);
        await node.StartDeliveryAsync();
        await entered.Task;
        // Those that are under no suspicion are not held up in the other partition.
        var innocents = 0;
        await EventuallyAsync(async () =>
        {
            await host.CreateTaskAsync($"Innocent {++innocents}");
            return next.Received.Count > 0;
        });
        leave.SetResult();

        await EventuallyAsync(() => next.Received.Count == Suspects + innocents);
        Assert.Equal(1, most);
    }

    [Fact]
    public async Task An_attempt_whose_failure_could_not_be_noted_is_no_crash()
    {
        const int Outages = 5;
        var outage = new OutageWhileNoting(Outages);
        await using var host = await StartAsync(
            services => services.WithInbox(_inbox).Intercept(outage), new(Quick) { ["Subscriptions:test-inbox:MaxAttempts"] = "20" });
        await host.StartDeliveryAsync();
        _inbox.Do = (_, _, _) => outage.Passed < Outages ? throw new InvalidOperationException("The database is about to be gone.") : Task.CompletedTask;
        await host.CreateTaskAsync();

        await EventuallyAsync(() => _inbox.Received.Count == 1);
        await EventuallyAsync(async () => (await host.ParkedAsync()).Count == 0);
        Assert.DoesNotContain(await host.EventsAsync(), record => record.Type == "subscription.event_dead_lettered");
    }
}

/// <summary>The database is gone whenever a failed attempt is to be noted, so many times.</summary>
internal sealed class OutageWhileNoting(int times) : DbCommandInterceptor
{
    private int _passed;

    public int Passed => Volatile.Read(ref _passed);

    public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
    {
        Check(command);
        return ValueTask.FromResult(result);
    }

    public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        Check(command);
        return ValueTask.FromResult(result);
    }

    private void Check(DbCommand command)
    {
        if (command.CommandText.Contains("UPDATE", StringComparison.Ordinal) && command.CommandText.Contains("next_attempt_at", StringComparison.Ordinal)
            && Passed < times)
        {
            Interlocked.Increment(ref _passed);
            throw new TimeoutException("The database is gone.");
        }
    }
}

public sealed class FailingDeliveriesOnSqlite() : FailingDeliveries(DatabaseKind.Sqlite);

public sealed class FailingDeliveriesOnPostgreSql() : FailingDeliveries(DatabaseKind.PostgreSql);

public sealed class FailingDeliveriesOnSqlServer() : FailingDeliveries(DatabaseKind.SqlServer);
