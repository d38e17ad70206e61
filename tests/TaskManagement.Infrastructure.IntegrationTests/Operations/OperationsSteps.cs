using MediatR;
using Microsoft.EntityFrameworkCore;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Application.Operations;
using TaskManagement.Domain.Common;
using TaskManagement.Domain.Tasks;
using TaskManagement.Domain.Tasks.Events;
using TaskManagement.Infrastructure.EventLog;
using TaskManagement.Infrastructure.Idempotency;
using TaskManagement.Infrastructure.IntegrationTests.Delivery;
using TaskManagement.Infrastructure.IntegrationTests.Support;
using TaskManagement.Infrastructure.Persistence;
using TaskManagement.TestSupport;
using static TaskManagement.Infrastructure.IntegrationTests.Delivery.DeliverySteps;

namespace TaskManagement.Infrastructure.IntegrationTests.Operations;

/// <summary>Takes completed tasks only.</summary>
[Subscription("test-completions")]
internal sealed class NoticeCompletions : INotificationHandler<Committed<TaskCompleted>>
{
    public Task Handle(Committed<TaskCompleted> notification, CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <summary>Keeps a picture of all events of tasks: a row for each, which can't be there twice.</summary>
[Subscription("test-picture", StartFrom = StartFrom.Beginning, MaxAttempts = 1)]
internal sealed class DrawPicture(TaskManagementDbContext db) : INotificationHandler<Committed<IDomainEvent>>, IRebuildable
{
    public static readonly ActorId Actor = new("test:picture");

    public Task Handle(Committed<IDomainEvent> notification, CancellationToken cancellationToken)
    {
        if (notification.Logged.StreamType == "task")
        {
            var row = new IdempotencyRecord { Actor = Actor, Key = notification.Logged.EventId.ToString() };
            row.Write("", () => "", notification.Logged.OccurredAt);
            db.IdempotencyKeys.Add(row);
        }

        return Task.CompletedTask;
    }

    public Task ResetAsync(CancellationToken cancellationToken) =>
        db.IdempotencyKeys.Where(row => row.Actor == Actor).ExecuteDeleteAsync(cancellationToken);
}

internal static class OperationsSteps
{
    public const string InboxName = "test-inbox";

    public static Task<SubscriptionDto> SubscriptionAsync(this TestHost host, string name = InboxName) => host.SendAsync(new GetSubscription(name));

    public static Task<ExplanationDto> ExplainAsync(this TestHost host, Guid eventId, string name = InboxName) =>
        host.SendAsync(new ExplainDelivery(name, eventId));

    /// <summary>Waits until a subscription has seen the whole log.</summary>
    public static Task CaughtUpAsync(this TestHost host, string name = InboxName) => EventuallyAsync(async () =>
    {
        // First of all this: a head that is read before the last event has its position is not the head.
        if (await host.ReadAsync(db => db.EventLog.AnyAsync(record => record.Position == null)))
            return false;
        var head = await host.ReadAsync(db => db.EventLog.MaxAsync(record => record.Position));
        return (await host.CursorAsync(name)).Position == (head ?? 0);
    });

    public static async Task<EventRecord> LastEventOfAsync(this TestHost host, TaskId id) => (await host.EventsOfAsync(id.Value))[^1];

    public static async Task<List<EventRecord>> FactsAsync(this TestHost host, string type) =>
        [.. (await host.EventsAsync()).Where(record => record.Type == type)];

    public static Task<List<string>> PictureAsync(this TestHost host) => host.ReadAsync(db =>
        db.IdempotencyKeys.Where(row => row.Actor == DrawPicture.Actor).Select(row => row.Key).ToListAsync());

    public static Task EventuallyParkedAsync(this TestHost host, ParkedState state, int count = 1) => EventuallyAsync(async () =>
        (await host.SendAsync(new ListParkedEvents(new(Status: state)))).Items.Count == count);
}
