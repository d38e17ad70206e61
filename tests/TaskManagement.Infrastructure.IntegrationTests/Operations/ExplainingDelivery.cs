using MediatR;
using Microsoft.Extensions.DependencyInjection;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Application.Incoming;
using TaskManagement.Application.Operations;
using TaskManagement.Domain.Incoming.Events;
using TaskManagement.Infrastructure.IntegrationTests.Support;
using TaskManagement.Infrastructure.Persistence;
using TaskManagement.TestSupport;
using static TaskManagement.Infrastructure.IntegrationTests.Delivery.DeliverySteps;
using static TaskManagement.Infrastructure.IntegrationTests.Operations.OperationsSteps;

namespace TaskManagement.Infrastructure.IntegrationTests.Operations;

/// <summary>Operators see why an event was not delivered to a subscription.</summary>
public abstract class ExplainingDelivery(DatabaseKind database) : OperationsTest(database)
{
    [Fact]
    public async Task A_delivered_event_is_explained_so()
    {
        await using var host = await StartDeliveringAsync();
        var task = await host.CreateTaskAsync();
        await host.CaughtUpAsync();

        var explanation = await host.ExplainAsync((await host.LastEventOfAsync(task)).EventId);

        Assert.Equal((DeliveryState.Delivered, "test-inbox has handled it."), (explanation.State, explanation.Because));
        Assert.Equal((task.Value, "task.created"), (explanation.Event.Subject, explanation.Event.Type));
    }

    [Fact]
    public async Task An_event_that_is_not_for_the_subscription_is_explained_so()
    {
        await using var host = await StartDeliveringAsync();
        var task = await host.CreateTaskAsync();

        var explanation = await host.ExplainAsync((await host.LastEventOfAsync(task)).EventId, "test-completions");

        Assert.Equal((DeliveryState.NotTaken, "test-completions does not take task.created."), (explanation.State, explanation.Because));
    }

    [Fact]
    public async Task A_CloudEvent_of_a_type_that_the_handler_does_not_name_is_explained_as_one_that_is_not_for_it()
    {
        await using var host = await StartDeliveringAsync();
        var (wanted, other) = (CloudEvent("1", "com.example.wanted"), CloudEvent("2", "com.example.other"));

        await host.SendAsync(new ReceiveCloudEvents([wanted, other]));
        await host.CaughtUpAsync("test-cloud-events");

        Assert.Equal(DeliveryState.Delivered, (await host.ExplainAsync(CloudEventIds.OfEvent(wanted), "test-cloud-events")).State);
        Assert.Equal(DeliveryState.NotTaken, (await host.ExplainAsync(CloudEventIds.OfEvent(other), "test-cloud-events")).State);
    }

    [Fact]
    public async Task An_event_from_before_the_subscription_is_explained_so()
    {
        await using var host = await StartAsync(settings: Quick);
        await host.StartDeliveryAsync();
        var task = await host.CreateTaskAsync();
        await host.StopDeliveryAsync();
        await host.NumberEventsAsync();
        await using var later = host.AnotherNode(services => services.WithInbox(_inbox), Quick);
        await later.StartDeliveryAsync();

        var explanation = await later.ExplainAsync((await host.LastEventOfAsync(task)).EventId);

        Assert.Equal(DeliveryState.BeforeStart, explanation.State);
        Assert.Empty(_inbox.Received);
    }

    [Fact]
    public async Task An_event_that_waits_for_its_turn_is_explained_by_what_comes_first_and_what_keeps_it()
    {
        await using var host = await StartDeliveringAsync();
        await host.StopDeliveryAsync();
        await host.SendAsync(new PauseSubscription(InboxName));
        var task = await host.CreateTaskAsync();
        await host.RenameAsync(task, "Renamed");
        await host.NumberEventsAsync();
        var last = await host.LastEventOfAsync(task);

        var paused = await host.ExplainAsync(last.EventId);
        Assert.Equal((DeliveryState.NotReached, 2), (paused.State, paused.EventsBefore));
        Assert.Contains("2 events of the log come first. The subscription is paused since ", paused.Because, StringComparison.Ordinal);

        await host.SendAsync(new ResumeSubscription(InboxName));
        var unheld = await host.ExplainAsync(last.EventId);
        Assert.EndsWith("No node works on it at present.", unheld.Because, StringComparison.Ordinal);
        Assert.Null(unheld.Holder);
    }

    [Fact]
    public async Task An_event_that_failed_is_explained_by_its_error_and_its_next_attempt_and_one_behind_it_by_that()
    {
        await using var host = await StartDeliveringAsync(SlowRetries);
        _inbox.Do = (logged, _, _) => logged.StreamVersion == 1 ? throw new InvalidOperationException("Not this one.") : Task.CompletedTask;
        var task = await host.CreateTaskAsync();
        await host.RenameAsync(task, "Behind");
        await host.EventuallyParkedAsync(ParkedState.Behind);
        var events = await host.EventsOfAsync(task.Value);

        var failed = await host.ExplainAsync(events[0].EventId);
        Assert.Equal(DeliveryState.Retrying, failed.State);
        Assert.Contains("1 attempt failed: System.InvalidOperationException: Not this one.", failed.Because, StringComparison.Ordinal);
        Assert.Contains("The next attempt is at ", failed.Because, StringComparison.Ordinal);
        Assert.NotNull(failed.Parked!.NextAttemptAt);

        var behind = await host.ExplainAsync(events[1].EventId);
        Assert.Equal((DeliveryState.Blocked, events[0].EventId), (behind.State, behind.BlockedBy!.Event.Id));
        Assert.Contains($"It waits behind task.created {events[0].EventId} of the same aggregate.", behind.Because, StringComparison.Ordinal);
        Assert.Contains("The next attempt is at ", behind.Because, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dead_letter_is_explained_so_and_after_it_was_discarded_by_whom_and_why()
    {
        await using var host = await StartDeliveringAsync(SlowRetries);
        _inbox.Do = (logged, _, _) => throw new PermanentFailureException("No such mailbox.");
        var task = await host.CreateTaskAsync();
        await host.EventuallyParkedAsync(ParkedState.Dead);
        var eventId = (await host.LastEventOfAsync(task)).EventId;

        var dead = await host.ExplainAsync(eventId);
        Assert.Equal(DeliveryState.Dead, dead.State);
        Assert.Contains("No such mailbox.", dead.Because, StringComparison.Ordinal);

        _inbox.Do = (_, _, _) => Task.CompletedTask;
        await host.SendAsync(new DiscardParkedEvents("They left.", Filter: new(InboxName)), new TestCall { Actor = new("user:operator") });
        var discarded = await host.ExplainAsync(eventId);
        Assert.Equal((DeliveryState.Discarded, "user:operator gave it up: They left."), (discarded.State, discarded.Because));

        await host.SendAsync(new RewindSubscription(InboxName));
        await EventuallyAsync(async () => (await host.ExplainAsync(eventId)).State == DeliveryState.Delivered);
    }

    [Fact]
    public async Task An_event_without_a_position_is_explained_so_where_there_is_such_a_thing()
    {
        Assert.SkipWhen(Database == DatabaseKind.Sqlite, "In SQLite every event has its position at once.");
        await using var host = await StartDeliveringAsync();
        await host.StopDeliveryAsync();
        var task = await host.CreateTaskAsync();

        var explanation = await host.ExplainAsync((await host.LastEventOfAsync(task)).EventId);
        var health = await host.SendAsync(new GetStoreHealth());

        Assert.Equal(DeliveryState.NotNumbered, explanation.State);
        Assert.Null(explanation.Event.Position);
        Assert.Equal((1, true), (health.Unnumbered.Events, health.Unnumbered.OldestAt is not null));
    }

    [Fact]
    public async Task What_is_unknown_is_not_explained()
    {
        await using var host = await StartDeliveringAsync();
        var task = await host.CreateTaskAsync();

        var noEvent = await Assert.ThrowsAsync<NotFoundException>(() => host.ExplainAsync(Guid.CreateVersion7()));
        var noSubscription = await Assert.ThrowsAsync<NotFoundException>(() => host.ExplainAsync(task.Value, "no-such"));
        var nothing = await Assert.ThrowsAsync<InvalidRequestException>(() => host.SendAsync(new ExplainDelivery(null, null)));

        Assert.Equal(("event.not_found", "subscription.not_found"), (noEvent.Code, noSubscription.Code));
        Assert.Equal(["subscription", "event"], nothing.Errors.Select(error => error.Parameter));
    }

    protected override IServiceCollection AddHandlers(IServiceCollection services) => base.AddHandlers(services)
        .AddTransient<INotificationHandler<Committed<IncomingCloudEvent>>, TakeWanted>();

    private static IncomingCloudEvent CloudEvent(string id, string type) =>
        new(id, "/test", type, null, null, null, null, new Dictionary<string, string>(StringComparer.Ordinal), null, null);

    [Subscription("test-cloud-events")]
    [CloudEventTypes("com.example.wanted")]
    private sealed class TakeWanted : INotificationHandler<Committed<IncomingCloudEvent>>
    {
        public Task Handle(Committed<IncomingCloudEvent> notification, CancellationToken cancellationToken) => Task.CompletedTask;
    }
}

public sealed class ExplainingDeliveryOnSqlite() : ExplainingDelivery(DatabaseKind.Sqlite);

public sealed class ExplainingDeliveryOnPostgreSql() : ExplainingDelivery(DatabaseKind.PostgreSql);

public sealed class ExplainingDeliveryOnSqlServer() : ExplainingDelivery(DatabaseKind.SqlServer);
