using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Json;
using TaskManagement.Application.Webhooks;
using TaskManagement.Domain.Webhooks;
using TaskManagement.Infrastructure.EventLog;
using TaskManagement.Infrastructure.Persistence;
using TaskManagement.Infrastructure.Persistence.Providers;

namespace TaskManagement.Infrastructure.Messaging.Webhooks;

internal sealed class WebhookCalls(
    TaskManagementDbContext db,
    DatabaseProvider provider,
    WebhookSender sender,
    ICallContext caller,
    TimeProvider clock,
    IOptions<EventsOptions> events) : IWebhookCalls
{
    public async Task<WebhookDeliveryDto> TestAsync(WebhookEndpoint endpoint, CancellationToken cancellationToken)
    {
        var call = new WebhookCall
        {
            Id = Guid.CreateVersion7(),
            WebhookId = endpoint.Id,
            EventId = Guid.CreateVersion7(),
            EventType = "webhook.test",
            Subject = endpoint.Id.Value,
            Position = null,
            Attempt = 1,
            At = clock.GetUtcNow(),
        };
        await sender.SendAsync(call, endpoint, JsonSerializer.SerializeToUtf8Bytes(TestEvent(call), AppJson.Options), cancellationToken);
        using var turn = await provider.TakeWriteTurnAsync(cancellationToken);
        db.WebhookCalls.Add(call);
        await db.SaveChangesAsync(cancellationToken);
        return call.ToDto();
    }

    private CloudEvent TestEvent(WebhookCall call) => new()
    {
        Id = call.EventId.ToString(),
        Source = events.Value.Source,
        Type = $"taskmanagement.{call.EventType}.v1",
        Subject = call.Subject.ToString(),
        Time = call.At,
        Sequence = "0000000000",
        Actor = caller.Actor.Value,
        CorrelationId = caller.CorrelationId,
        CausationId = call.Id.ToString(),
        TraceParent = null,
        Position = null,
        Data = new JsonObject { ["webhookId"] = call.Subject.ToString() },
    };
}

internal sealed class WebhookDeliveries(TaskManagementDbContext db) : IWebhookDeliveries
{
    public async Task<IReadOnlyList<WebhookDeliveryDto>> ListAsync(
        WebhookDeliveryFilter filter, (DateTimeOffset At, Guid Id)? before, int limit, CancellationToken cancellationToken)
    {
        var calls = db.WebhookCalls.AsNoTracking().Where(call => call.WebhookId == filter.Webhook);
        if (filter.Succeeded is { } succeeded)
            calls = calls.Where(call => call.Error == null == succeeded);
        if (filter.Event is { } about)
            calls = calls.Where(call => call.EventId == about);
        if (before is var (at, id))
            calls = calls.Where(call => call.At <= at && (call.At < at || call.Id < id));
        return [.. (await calls.OrderByDescending(call => call.At).ThenByDescending(call => call.Id).Take(limit).ToListAsync(cancellationToken)).Select(call => call.ToDto())];
    }

    public async Task<(WebhookDeliveryDto Delivery, long? Position)> GetAsync(WebhookId webhook, Guid id, CancellationToken cancellationToken)
    {
        var call = await db.WebhookCalls.AsNoTracking().SingleOrDefaultAsync(call => call.Id == id && call.WebhookId == webhook, cancellationToken)
            ?? throw new NotFoundException("delivery", id);
        return (call.ToDto(), call.Position);
    }

    public Task<long?> FindParkedAsync(WebhookId webhook, Guid eventId, CancellationToken cancellationToken)
    {
        var subscription = WebhookSubscription.NameOf(webhook);
        return db.ParkedEvents.Where(parked => parked.Subscription == subscription && parked.Replay == 0 && parked.EventId == eventId)
            .Select(parked => (long?)parked.Id).SingleOrDefaultAsync(cancellationToken);
    }
}
