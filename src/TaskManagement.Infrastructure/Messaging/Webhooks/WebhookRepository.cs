using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using TaskManagement.Application.Common;
using TaskManagement.Application.Webhooks;
using TaskManagement.Domain.Webhooks;
using TaskManagement.Infrastructure.Persistence;

namespace TaskManagement.Infrastructure.Messaging.Webhooks;

internal sealed class WebhookRepository(TaskManagementDbContext db, IOptions<WebhooksOptions> options) : IWebhookRepository
{
    public async Task<(Webhook Webhook, WebhookEndpoint Endpoint)> GetAsync(WebhookId id, long? expectedVersion, CancellationToken cancellationToken)
    {
        var found = await db.Webhooks
            .Join(db.WebhookEndpoints, webhook => webhook.Id, endpoint => endpoint.Id, (webhook, endpoint) => new { webhook, endpoint })
            .SingleOrDefaultAsync(row => row.webhook.Id == id && row.webhook.DeletedAt == null, cancellationToken)
            ?? throw new NotFoundException("webhook", id);
        return (found.webhook.AtVersion(expectedVersion), found.endpoint);
    }

    public async Task<(int Count, int Most)> CountAsync(CancellationToken cancellationToken) =>
        (await db.WebhookEndpoints.CountAsync(cancellationToken), options.Value.MaxWebhooks);

    public void Add(Webhook webhook, WebhookEndpoint endpoint)
    {
        db.Webhooks.Add(webhook);
        db.WebhookEndpoints.Add(endpoint);
    }

    public void Forget(WebhookEndpoint endpoint) => db.WebhookEndpoints.Remove(endpoint);
}
