using MediatR;
using Microsoft.Extensions.DependencyInjection;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Application.Operations;
using TaskManagement.Application.Tasks;
using TaskManagement.Domain.Tasks;
using TaskManagement.Infrastructure.IntegrationTests.Support;
using TaskManagement.Infrastructure.Persistence;
using TaskManagement.TestSupport;
using static TaskManagement.Infrastructure.IntegrationTests.Delivery.DeliverySteps;
using static TaskManagement.Infrastructure.IntegrationTests.Operations.OperationsSteps;

namespace TaskManagement.Infrastructure.IntegrationTests.Operations;

/// <summary>Operators steer the delivery of events, and nothing is lost, doubled or reordered by it.</summary>
public abstract class SteeringDelivery(DatabaseKind database) : OperationsTest(database)
{
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
}

public sealed class SteeringDeliveryOnSqlite() : SteeringDelivery(DatabaseKind.Sqlite);

public sealed class SteeringDeliveryOnPostgreSql() : SteeringDelivery(DatabaseKind.PostgreSql);

public sealed class SteeringDeliveryOnSqlServer() : SteeringDelivery(DatabaseKind.SqlServer);
