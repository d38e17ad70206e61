using System.Collections.Concurrent;
using System.Diagnostics;
using MediatR;
using Microsoft.EntityFrameworkCore;
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
using static TaskManagement.Infrastructure.IntegrationTests.Delivery.DeliverySteps;

namespace TaskManagement.Infrastructure.IntegrationTests.Delivery;

/// <summary>Every committed event reaches every after-commit handler, in order, whatever happens on the way.</summary>
public abstract class DeliveringEvents(DatabaseKind database) : DeliveryTest(database)
{
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
