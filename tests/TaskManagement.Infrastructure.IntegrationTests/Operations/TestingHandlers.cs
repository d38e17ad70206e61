using MediatR;
using Microsoft.Extensions.DependencyInjection;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Application.Operations;
using TaskManagement.Application.Tasks;
using TaskManagement.Infrastructure.IntegrationTests.Delivery;
using TaskManagement.Infrastructure.IntegrationTests.Support;
using TaskManagement.Infrastructure.Persistence;
using static TaskManagement.Infrastructure.IntegrationTests.Delivery.DeliverySteps;
using static TaskManagement.Infrastructure.IntegrationTests.Operations.OperationsSteps;

namespace TaskManagement.Infrastructure.IntegrationTests.Operations;

/// <summary>Operators try a handler with an event, and nothing of it is kept.</summary>
public abstract class TestingHandlers(DatabaseKind database) : OperationsTest(database)
{
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
}

public sealed class TestingHandlersOnSqlite() : TestingHandlers(DatabaseKind.Sqlite);

public sealed class TestingHandlersOnPostgreSql() : TestingHandlers(DatabaseKind.PostgreSql);

public sealed class TestingHandlersOnSqlServer() : TestingHandlers(DatabaseKind.SqlServer);
