using System.Collections.Concurrent;
using System.Data.Common;
using System.Diagnostics;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Application.Common.Telemetry;
using TaskManagement.Application.Tasks;
using TaskManagement.Domain.Common;
using TaskManagement.Domain.Tasks;
using TaskManagement.Domain.Tasks.Events;
using TaskManagement.Infrastructure.EventLog.Delivery;
using TaskManagement.Infrastructure.IntegrationTests.Support;
using TaskManagement.Infrastructure.Persistence;
using TaskManagement.TestSupport;
using static TaskManagement.Infrastructure.IntegrationTests.Delivery.DeliverySteps;

namespace TaskManagement.Infrastructure.IntegrationTests.Delivery;

/// <summary>Every committed event reaches every after-commit handler, in order, whatever happens on the way.</summary>
public abstract class DeliveringEvents(DatabaseKind database) : DatabaseTest(database)
{
    private readonly Inbox _inbox = new();

    [Fact]
    public async Task Events_are_delivered_after_commit_in_the_order_of_the_log()
    {
        await using var host = await StartDeliveringAsync();
        var (first, second) = (await host.CreateTaskAsync(), await host.CreateTaskAsync());
        await host.SendAsync(new StartTask(first));
        await host.SendAsync(new CompleteTask(first));
        await host.RenameAsync(second, "Other");

        await EventuallyAsync(() => _inbox.Received.Count == 6);
        var logged = (await host.EventsAsync()).Where(record => record.StreamType == "task").ToList();
        Assert.Equal(logged.Select(record => record.EventId), _inbox.Received.Select(received => received.EventId));
        Assert.Equal(Enumerable.Range(1, 6).Select(position => (long?)position), _inbox.Received.Select(received => received.Position));
        Assert.All(_inbox.Deliveries, delivery => Assert.Equal(new("test-inbox", 1, IsReplay: false), delivery));
        await EventuallyAsync(async () => (await host.CursorAsync()).Position == 6);
    }

    [Fact]
    public async Task What_is_rolled_back_is_delivered_to_no_one()
    {
        await using var host = await StartDeliveringAsync();
        await host.InTransactionAsync(async db =>
        {
            db.Tasks.Add(TestHostSteps.NewTask("Rolled back"));
            await db.SaveChangesAsync();
        });
        var task = await host.CreateTaskAsync("Kept");

        await EventuallyAsync(() => _inbox.Received.Count > 0);
        Assert.Equal(task.Value, Assert.Single(_inbox.Received).StreamId);
    }

    [Fact]
    public async Task A_handler_takes_what_it_names_and_a_class_with_several_gets_each_event_once_as_the_most_specific()
    {
        var seen = new Seen();
        await using var host = await StartAsync(
            services => services.AddSingleton(seen), Quick, new AssemblyOf(typeof(NoteWhatHappens), typeof(NoteCompletions)));
        await host.StartDeliveryAsync();
        var task = await host.CreateTaskAsync();
        await host.SendAsync(new StartTask(task));
        await host.SendAsync(new CompleteTask(task));

        await EventuallyAsync(() => seen.Names.Count == 5);
        Assert.Equal(
            ["completed task.completed", "completion True task.completed", "other task.created", "other task.status_changed", "other task.status_changed"],
            seen.Names.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_command_that_a_handler_sends_commits_with_the_progress_and_is_caused_by_the_event()
    {
        await using var host = await StartDeliveringAsync();
        _inbox.Do = async (logged, services, token) =>
        {
            if (logged.Type == "task.created")
            {
                var answer = await services.GetRequiredService<ISender>().Send(
                    new UpdateTask(new(logged.StreamId), null, new() { Title = new("Renamed by a handler") }), token);
                Assert.Equal("Renamed by a handler", answer.Value.Title);
            }
        };
        var task = await host.CreateTaskAsync();

        await EventuallyAsync(() => _inbox.Received.Count == 2);
        var events = await host.EventsOfAsync(task.Value);
        Assert.Equal(["task.created", "task.details_changed"], events.Select(record => record.Type));
        Assert.Equal(events[0].EventId, events[1].CausationId);
        Assert.Equal((0, 1), (events[0].CausationDepth, events[1].CausationDepth));
        Assert.Equal("system:test-inbox", events[1].Actor.Value);
        Assert.Equal(events[0].CorrelationId, events[1].CorrelationId);
        await host.AssertLogIsCompleteAsync();
    }

    [Fact]
    public async Task A_command_that_fails_in_a_handler_undoes_itself_alone()
    {
        await using var host = await StartDeliveringAsync();
        _inbox.Do = async (logged, services, token) =>
        {
            if (logged.Type != "task.created")
                return;
            var sender = services.GetRequiredService<ISender>();
            await sender.Send(new UpdateTask(new(logged.StreamId), null, new() { Title = new("First") }), token);
            await Assert.ThrowsAsync<DomainException>(() => sender.Send(new CompleteTask(new(logged.StreamId)), token));
            await sender.Send(new UpdateTask(new(logged.StreamId), null, new() { Priority = new(TaskPriority.High) }), token);
        };
        var task = await host.CreateTaskAsync();

        await EventuallyAsync(() => _inbox.Received.Count == 3);
        Assert.Equal(["task.created", "task.details_changed", "task.prioritized"], (await host.EventsOfAsync(task.Value)).Select(record => record.Type));
        Assert.Empty(await host.ParkedAsync());
    }

    [Fact]
    public async Task A_delivery_has_a_trace_of_its_own_that_is_linked_to_that_of_the_event()
    {
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == Instrumentation.Name,
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        await using var host = await StartDeliveringAsync();
        var task = await host.CreateTaskAsync();
        await EventuallyAsync(() => _inbox.Received.Count == 1);

        var logged = Assert.Single(await host.EventsOfAsync(task.Value));
        await EventuallyAsync(() => spans.Any(span => Equals(span.GetTagItem("taskmanagement.event_id"), logged.EventId) && span.OperationName == nameof(TakeIntoInbox)));
        var delivery = spans.First(span => Equals(span.GetTagItem("taskmanagement.event_id"), logged.EventId) && span.OperationName == nameof(TakeIntoInbox));
        Assert.Null(delivery.ParentId);
        Assert.Equal(ActivityKind.Consumer, delivery.Kind);
        Assert.Equal(ActivityContext.Parse(logged.TraceParent!, null).SpanId, Assert.Single(delivery.Links).Context.SpanId);
    }

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
    public async Task A_batch_commits_at_once_and_if_one_fails_only_that_one_is_parked()
    {
        await using var host = await StartDeliveringAsync(
            new() { ["Subscriptions:test-inbox:BatchSize"] = "50", ["Subscriptions:test-inbox:BackoffBaseSeconds"] = "600", ["Subscriptions:test-inbox:BackoffCapSeconds"] = "600" });
        await host.StopDeliveryAsync();
        var tasks = new List<TaskId>();
        for (var i = 0; i < 10; i++)
            tasks.Add(await host.CreateTaskAsync($"Task {i}"));
        _inbox.Do = async (logged, services, token) =>
        {
            if (logged.Type != "task.created")
                return;
            await services.GetRequiredService<ISender>().Send(new UpdateTask(new(logged.StreamId), null, new() { Priority = new(TaskPriority.High) }), token);
            if (logged.StreamId == tasks[4].Value)
                throw new InvalidOperationException("Not the fifth.");
        };
        await using var node = host.AnotherNode(
            services => services.WithInbox(_inbox),
            new(Quick) { ["Subscriptions:test-inbox:BatchSize"] = "50", ["Subscriptions:test-inbox:BackoffBaseSeconds"] = "600", ["Subscriptions:test-inbox:BackoffCapSeconds"] = "600" });
        await node.StartDeliveryAsync();

        await EventuallyAsync(async () => (await host.CursorAsync()).Position >= 19);
        Assert.Equal(tasks[4].Value, Assert.Single(await host.ParkedAsync()).StreamId);
        Assert.Equal(9, (await host.EventsAsync()).Count(record => record.Type == "task.prioritized"));
        var prioritized = (await host.EventsAsync()).First(record => record.StreamId == tasks[7].Value && record.Type == "task.prioritized");
        Assert.Equal((await host.EventsOfAsync(tasks[7].Value))[0].EventId, prioritized.CausationId);
    }

    [Fact]
    public async Task A_paused_subscription_gets_nothing_until_it_is_resumed()
    {
        await using var host = await StartDeliveringAsync();
        await SetPausedAsync(new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var task = await host.CreateTaskAsync();
        await host.StopDeliveryAsync();
        Assert.Empty(_inbox.Received);
        await SetPausedAsync(null);
        await using var node = host.AnotherNode(services => services.WithInbox(_inbox), Quick);
        await node.StartDeliveryAsync();
        await EventuallyAsync(() => _inbox.Received.Count == 1);

        async Task SetPausedAsync(DateTimeOffset? at)
        {
            await host.ReadAsync(db => db.EventCursors.Where(cursor => cursor.Subscription == "test-inbox")
                .ExecuteUpdateAsync(set => set.SetProperty(cursor => cursor.PausedAt, at).SetProperty(cursor => cursor.Token, cursor => cursor.Token + 1).SetProperty(cursor => cursor.Holder, (string?)null)));
            host.Services.GetRequiredService<IEngineSignal>().Changed();
            await EventuallyAsync(async () => at is null || (await host.CursorAsync()).Holder is not null);
        }
    }

    [Fact]
    public async Task A_new_subscription_begins_now_or_at_the_beginning_as_it_asks()
    {
        await using var host = await StartAsync(settings: Quick);
        await host.CreateTaskAsync("Before");
        await host.StartDeliveryAsync();
        await EventuallyAsync(async () => (await host.EventsAsync())[0].Position == 1);
        await host.StopDeliveryAsync();

        await using var fromNow = host.AnotherNode(services => services.WithInbox(_inbox), Quick);
        await fromNow.StartDeliveryAsync();
        await fromNow.CreateTaskAsync("After");
        await EventuallyAsync(() => _inbox.Received.Count == 1);
        Assert.Equal(2, _inbox.Received[0].Position);
        await fromNow.StopDeliveryAsync();
        await fromNow.ReadAsync(db => db.EventCursors.Where(cursor => cursor.Subscription == "test-inbox").ExecuteDeleteAsync());

        var all = new Inbox();
        await using var fromBeginning = host.AnotherNode(services => services.WithInbox(all), new(Quick) { ["Subscriptions:test-inbox:StartFrom"] = "Beginning" });
        await fromBeginning.StartDeliveryAsync();
        await EventuallyAsync(() => all.Received.Count == 2);
    }

    [Fact]
    public async Task A_renamed_subscription_goes_on_where_it_was()
    {
        await using var host = await StartDeliveringAsync();
        await host.CreateTaskAsync();
        await EventuallyAsync(() => _inbox.Received.Count == 1);
        await host.StopDeliveryAsync();

        await using var renamed = host.AnotherNode(
            services => services.AddSingleton(_inbox).AddTransient<INotificationHandler<Committed<TaskCreated>>, RenamedInbox>(), Quick);
        await renamed.StartDeliveryAsync();
        await renamed.CreateTaskAsync();
        await EventuallyAsync(() => _inbox.Received.Count == 2, () => $"Received: {string.Join(", ", _inbox.Received.Select(received => received.Position))}.");
        Assert.Equal([1L, 2L], _inbox.Received.Select(received => received.Position!.Value));
        Assert.False(await renamed.ReadAsync(db => db.EventCursors.AnyAsync(cursor => cursor.Subscription == "test-inbox")));
    }

    [Fact]
    public async Task Partitions_work_side_by_side_and_can_be_divided_anew_without_a_loss_or_a_double()
    {
        await using var host = await StartDeliveringAsync(new() { ["Subscriptions:test-inbox:Partitions"] = "4" });
        var tasks = new List<TaskId>();
        for (var i = 0; i < 20; i++)
            tasks.Add(await host.CreateTaskAsync($"Task {i}"));
        await EventuallyAsync(() => _inbox.Received.Count == 20);
        await host.StopDeliveryAsync();

        await using var divided = host.AnotherNode(services => services.WithInbox(_inbox), new(Quick) { ["Subscriptions:test-inbox:Partitions"] = "3" });
        await divided.StartDeliveryAsync();
        foreach (var task in tasks)
            await divided.RenameAsync(task, "Renamed");
        await EventuallyAsync(() => _inbox.Received.Count >= 40);
        await EventuallyAsync(async () => await divided.ReadAsync(db => db.EventCursors.CountAsync(cursor => cursor.Subscription == "test-inbox")) == 3);
        Assert.Equal(40, _inbox.Received.Select(received => received.EventId).Distinct().Count());
        Assert.Equal(40, _inbox.Received.Count);
    }

    [Fact]
    public async Task Two_nodes_share_the_work_and_one_that_leaves_hands_its_part_on()
    {
        await using var one = await StartDeliveringAsync(new() { ["Subscriptions:test-inbox:Partitions"] = "8" });
        await using var two = one.AnotherNode(services => services.WithInbox(_inbox), new(Quick) { ["Subscriptions:test-inbox:Partitions"] = "8" });
        await two.StartDeliveryAsync();
        await EventuallyAsync(async () => await HoldersAsync() == 2);

        for (var i = 0; i < 30; i++)
            await (i % 2 == 0 ? one : two).CreateTaskAsync($"Task {i}");
        await EventuallyAsync(() => _inbox.Received.Count == 30);
        await two.StopDeliveryAsync();
        await one.CreateTaskAsync("After");
        for (var i = 0; i < 10; i++)
            await one.CreateTaskAsync($"After {i}");
        await EventuallyAsync(() => _inbox.Received.Count == 41);
        Assert.Equal(41, _inbox.Received.Select(received => received.EventId).Distinct().Count());
        Assert.Equal(1, await HoldersAsync());

        Task<int> HoldersAsync() => one.ReadAsync(db => db.EventCursors
            .Where(cursor => cursor.Holder != null).Select(cursor => cursor.Holder).Distinct().CountAsync());
    }

    [Fact]
    public async Task A_handler_that_takes_its_time_costs_its_node_no_lease_when_another_node_joins()
    {
        var settings = new Dictionary<string, string?>(Quick) { ["Subscriptions:test-inbox:Partitions"] = "8", ["Subscriptions:test-inbox:TimeLimitSeconds"] = "120" };
        await using var one = await StartDeliveringAsync(settings);
        var (tasks, entered, leave) = (0, 0, new TaskCompletionSource());
        _inbox.Do = async (_, _, _) =>
        {
            Interlocked.Increment(ref entered);
            await leave.Task;
        };
        // Their ids decide in which partition they are.
        await EventuallyAsync(async () =>
        {
            await one.CreateTaskAsync($"Task {++tasks}");
            return Volatile.Read(ref entered) == 8;
        });

        var other = new Inbox();
        await using var two = one.AnotherNode(services => services.WithInbox(other), settings);
        await two.StartDeliveryAsync();
        await EventuallyAsync(async () => await one.ReadAsync(db => db.EventNodes.CountAsync()) == 2);
        var joined = await one.ReadAsync(db => db.EventNodes.MaxAsync(node => node.SeenAt));
        var twoLeasesLater = joined + TimeSpan.FromSeconds(6);
        await EventuallyAsync(async () => await one.ReadAsync(db => db.EventNodes.AllAsync(node => node.SeenAt > twoLeasesLater)), () => "A node is not heard of any more.");
        leave.SetResult();

        await EventuallyAsync(() => _inbox.Received.Count + other.Received.Count >= tasks);
        await EventuallyAsync(async () => await one.ReadAsync(db => db.EventCursors
            .Where(cursor => cursor.Subscription == "test-inbox" && cursor.Holder != null).Select(cursor => cursor.Holder).Distinct().CountAsync()) == 2);
        Assert.Equal(tasks, _inbox.Received.Concat(other.Received).Count());
        Assert.Equal(tasks, _inbox.Received.Concat(other.Received).Select(received => received.EventId).Distinct().Count());
    }

    [Fact]
    public async Task Who_lost_the_lease_commits_nothing()
    {
        await using var host = await StartDeliveringAsync();
        var (entered, leave) = (new TaskCompletionSource(), new TaskCompletionSource());
        var runs = 0;
        _inbox.Do = async (logged, services, token) =>
        {
            if (logged.Type != "task.created")
                return;
            // Changed without a command, so that the transaction begins when the handler is done.
            var task = await services.TaskAsync(new(logged.StreamId));
            task.Describe(TaskTitle.From($"By run {Interlocked.Increment(ref runs)}"), null, TestHostSteps.Stamp);
            if (runs == 1)
            {
                entered.SetResult();
                await leave.Task;
            }
        };
        var task = await host.CreateTaskAsync();
        await entered.Task;
        await host.ReadAsync(db => db.EventCursors.Where(cursor => cursor.Subscription == "test-inbox")
            .ExecuteUpdateAsync(set => set.SetProperty(cursor => cursor.Token, cursor => cursor.Token + 1)));
        leave.SetResult();

        await EventuallyAsync(() => runs == 2 && _inbox.Received.Count >= 2);
        await EventuallyAsync(async () => (await host.EventsOfAsync(task.Value)).Count == 2);
        Assert.Equal("By run 2", (await host.LoadAsync(task)).Title);
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

    [Fact]
    public async Task The_end_of_the_process_waits_for_what_is_in_hand_and_abandons_what_takes_too_long()
    {
        await using var host = await StartDeliveringAsync();
        var entered = new TaskCompletionSource();
        _inbox.Do = async (_, _, token) =>
        {
            entered.TrySetResult();
            await Task.Delay(Timeout.Infinite, token);
        };
        await host.CreateTaskAsync();
        await entered.Task;
        await host.StopDeliveryAsync();

        Assert.Empty(await host.ParkedAsync());
        var cursor = await host.CursorAsync();
        Assert.Equal((0L, (string?)null), (cursor.Position, cursor.Holder));
        _inbox.Do = (_, _, _) => Task.CompletedTask;
        await using var next = host.AnotherNode(services => services.WithInbox(_inbox), Quick);
        await next.StartDeliveryAsync();
        await EventuallyAsync(() => _inbox.Received.Count == 1);
    }

    private async Task<TestHost> StartDeliveringAsync(Dictionary<string, string?>? settings = null)
    {
        var all = new Dictionary<string, string?>(Quick, StringComparer.Ordinal);
        foreach (var (key, value) in settings ?? [])
            all[key] = value;
        var host = await StartAsync(services => services.WithInbox(_inbox), all);
        await host.StartDeliveryAsync();
        return host;
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

internal sealed class Seen
{
    public ConcurrentQueue<string> Names { get; } = new();
}

internal sealed class NoteWhatHappens(Seen seen) : INotificationHandler<Committed<IDomainEvent>>, INotificationHandler<Committed<TaskCompleted>>
{
    public Task Handle(Committed<IDomainEvent> notification, CancellationToken cancellationToken)
    {
        seen.Names.Enqueue($"other {notification.Logged.Type}");
        return Task.CompletedTask;
    }

    public Task Handle(Committed<TaskCompleted> notification, CancellationToken cancellationToken)
    {
        seen.Names.Enqueue($"completed {notification.Logged.Type}");
        return Task.CompletedTask;
    }
}

internal sealed class NoteCompletions(Seen seen) : INotificationHandler<Committed<TaskCompleted>>
{
    public Task Handle(Committed<TaskCompleted> notification, CancellationToken cancellationToken)
    {
        seen.Names.Enqueue($"completion {notification.Event.EventId == notification.Logged.EventId} {notification.Logged.Type}");
        return Task.CompletedTask;
    }
}

[Subscription("test-inbox-renamed", Aliases = ["test-inbox"])]
internal sealed class RenamedInbox(Inbox inbox, IServiceProvider services) : INotificationHandler<Committed<TaskCreated>>
{
    public Task Handle(Committed<TaskCreated> notification, CancellationToken cancellationToken) => inbox.TakeAsync(notification, services, cancellationToken);
}

public sealed class DeliveringEventsOnSqlite() : DeliveringEvents(DatabaseKind.Sqlite);

public sealed class DeliveringEventsOnPostgreSql() : DeliveringEvents(DatabaseKind.PostgreSql);

public sealed class DeliveringEventsOnSqlServer() : DeliveringEvents(DatabaseKind.SqlServer);
