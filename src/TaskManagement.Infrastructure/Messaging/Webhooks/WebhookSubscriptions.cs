using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using TaskManagement.Application.Common;
using TaskManagement.Application.Operations;
using TaskManagement.Application.Webhooks;
using TaskManagement.Domain.Webhooks;
using TaskManagement.Infrastructure.EventLog;
using TaskManagement.Infrastructure.EventLog.Delivery;
using TaskManagement.Infrastructure.Persistence;
using TaskManagement.Infrastructure.Persistence.Providers;

namespace TaskManagement.Infrastructure.Messaging.Webhooks;

/// <summary>Makes a subscription of every webhook.</summary>
internal sealed class SubscriptionsOfWebhooks(IServiceScopeFactory scopes, EventTypes types, IOptions<WebhooksOptions> options) : IChangingSubscriptions
{
    // All of a batch may be about one task: then its calls are made one after the other, and may take the time of all of them.
    private const int BatchSize = 64;
    private const double LongestAttempt = 3600;

    private readonly SubscriptionPolicy _policy = new()
    {
        MaxAttempts = options.Value.MaxAttempts,
        MaxCrashes = 3,
        BackoffBaseSeconds = options.Value.BackoffBaseSeconds,
        BackoffFactor = options.Value.BackoffFactor,
        BackoffCapSeconds = options.Value.BackoffCapSeconds,
        TimeLimitSeconds = Math.Min(LongestAttempt, options.Value.TimeoutSeconds * BatchSize),
        Partitions = 1,
        BatchSize = BatchSize,
        Replayable = true,
        AfterDeadLetter = options.Value.AfterDeadLetter,
    };

    public bool Names(string subscription) => WebhookSubscription.TryParse(subscription, out _);

    public async Task<IReadOnlyDictionary<string, Subscription>> ReadAsync(
        IReadOnlyDictionary<string, Subscription> known, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<TaskManagementDbContext>();
        var webhooks = await db.Webhooks.AsNoTracking().Where(webhook => webhook.DeletedAt == null)
            .Select(webhook => new { webhook.Id, webhook.EventTypes }).ToListAsync(cancellationToken);
        var subscriptions = new Dictionary<string, Subscription>(webhooks.Count, StringComparer.Ordinal);
        foreach (var webhook in webhooks)
        {
            var name = WebhookSubscription.NameOf(webhook.Id);
            subscriptions.Add(name, known.TryGetValue(name, out var before) && before.IsOnly(webhook.EventTypes) ? before : Make(name, webhook.EventTypes));
        }

        return subscriptions;
    }

    private Subscription Make(string name, string eventTypes) => Subscription.Of(typeof(DeliverToWebhook), name, eventTypes, _policy, types);
}

internal sealed class WebhookSubscriptions(TaskManagementDbContext db, DatabaseProvider provider, ICallContext caller, ISubscriptions subscriptions)
    : IWebhookSubscriptions
{
    public async Task StartAsync(WebhookId webhook, bool isActive, CancellationToken cancellationToken)
    {
        var now = await db.NowAsync(provider, cancellationToken);
        var head = await db.EventLog.MaxAsync(record => record.Position, cancellationToken) ?? 0;
        db.EventCursors.Add(new()
        {
            Subscription = WebhookSubscription.NameOf(webhook),
            Position = head,
            StartedFrom = head,
            PausedAt = isActive ? null : now,
            CreatedAt = now,
            CreatedBy = caller.Actor.Value,
        });
    }

    public Task PauseAsync(WebhookId webhook, CancellationToken cancellationToken) =>
        subscriptions.PauseAsync(WebhookSubscription.NameOf(webhook), cancellationToken);

    public async Task ResumeAsync(WebhookId webhook, CancellationToken cancellationToken)
    {
        var name = WebhookSubscription.NameOf(webhook);
        var now = await db.NowAsync(provider, cancellationToken);
        await subscriptions.ResumeAsync(name, cancellationToken);
        await db.ParkedEvents.Where(parked => parked.Subscription == name && parked.Status == ParkedStatus.Retrying)
            .ExecuteUpdateAsync(set => set.SetProperty(parked => parked.NextAttemptAt, now), cancellationToken);
    }

    public async Task RemoveAsync(WebhookId webhook, CancellationToken cancellationToken)
    {
        var name = WebhookSubscription.NameOf(webhook);
        // Whoever works on it finds it gone, and commits nothing any more.
        await db.EventCursors.Where(cursor => cursor.Subscription == name).ExecuteDeleteAsync(cancellationToken);
        await db.ParkedEvents.Where(parked => parked.Subscription == name).ExecuteDeleteAsync(cancellationToken);
    }
}
