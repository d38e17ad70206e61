using System.Collections.Concurrent;
using System.Diagnostics;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Application.Tasks;
using TaskManagement.Domain.Common;
using TaskManagement.Domain.Tasks;
using TaskManagement.Infrastructure.EventLog.Delivery;
using TaskManagement.Infrastructure.IntegrationTests.Support;
using TaskManagement.TestSupport;

namespace TaskManagement.Infrastructure.IntegrationTests.Delivery;

/// <summary>What reached a handler of a test, and what the handler is to do about it.</summary>
internal sealed class Inbox
{
    private readonly ConcurrentQueue<LoggedEvent> _received = new();

    public IReadOnlyList<LoggedEvent> Received => [.. _received];

    public ConcurrentQueue<TaskManagement.Application.Common.EventLog.Delivery> Deliveries { get; } = new();

    /// <summary>What came together, if it takes batches.</summary>
    public ConcurrentQueue<IReadOnlyList<Committed<IDomainEvent>>> Batches { get; } = new();

    /// <summary>What the handler does with an event; by default nothing.</summary>
    public Func<LoggedEvent, IServiceProvider, CancellationToken, Task> Do { get; set; } = (_, _, _) => Task.CompletedTask;

    public async Task TakeAsync<TEvent>(Committed<TEvent> committed, IServiceProvider services, CancellationToken cancellationToken)
        where TEvent : IDomainEvent
    {
        Deliveries.Enqueue(committed.Delivery);
        await Do(committed.Logged, services, cancellationToken);
        _received.Enqueue(committed.Logged);
    }
}

[Subscription("test-inbox", BackoffBaseSeconds = 0.05, MaxAttempts = 3, TimeLimitSeconds = 20, Replayable = true)]
internal sealed class TakeIntoInbox(Inbox inbox, IServiceProvider services) : INotificationHandler<Committed<IDomainEvent>>
{
    public Task Handle(Committed<IDomainEvent> notification, CancellationToken cancellationToken) =>
        notification.Logged.StreamType == "task" ? inbox.TakeAsync(notification, services, cancellationToken) : Task.CompletedTask;
}

internal static class DeliverySteps
{
    public static readonly Dictionary<string, string?> Quick = new(StringComparer.Ordinal)
    {
        ["Events:LeaseSeconds"] = "3",
        ["Events:AcknowledgeMilliseconds"] = "20",
        ["Events:DrainSeconds"] = "1",
    };

    /// <summary>Adds the handler that takes every event of a task.</summary>
    public static IServiceCollection WithInbox(this IServiceCollection services, Inbox inbox) =>
        services.AddSingleton(inbox).AddTransient<INotificationHandler<Committed<IDomainEvent>>, TakeIntoInbox>();

    /// <summary>Waits for a condition, for at most half a minute.</summary>
    public static async Task EventuallyAsync(Func<Task<bool>> condition, Func<string>? otherwise = null)
    {
        var started = Stopwatch.StartNew();
        while (!await condition())
        {
            Assert.True(started.Elapsed < TimeSpan.FromSeconds(30), otherwise?.Invoke() ?? "The condition was not met in time.");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    public static Task EventuallyAsync(Func<bool> condition, Func<string>? otherwise = null) =>
        EventuallyAsync(() => Task.FromResult(condition()), otherwise);

    public static Task<List<ParkedEvent>> ParkedAsync(this TestHost host) =>
        host.ReadAsync(db => db.ParkedEvents.AsNoTracking().OrderBy(parked => parked.Position).ToListAsync());

    public static Task<EventCursor> CursorAsync(this TestHost host, string subscription = "test-inbox") =>
        host.ReadAsync(db => db.EventCursors.AsNoTracking().SingleAsync(cursor => cursor.Subscription == subscription && cursor.Replay == 0));

    public static async Task RenameAsync(this TestHost host, TaskId id, string title) =>
        await host.SendAsync(new UpdateTask(id, null, new() { Title = new(title) }));
}
