using TaskManagement.Application.Common;
using TaskManagement.Domain.Webhooks;

namespace TaskManagement.Application.Webhooks;

/// <summary>The webhooks, as commands work with them. Changes are saved by the unit of work.</summary>
public interface IWebhookRepository
{
    /// <summary>A webhook that is not deleted, and how it is reached.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="expectedVersion">The version that it must have, or null for any.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    /// <exception cref="NotFoundException">There is none.</exception>
    /// <exception cref="VersionMismatchException">It has another version.</exception>
    Task<(Webhook Webhook, WebhookEndpoint Endpoint)> GetAsync(WebhookId id, long? expectedVersion, CancellationToken cancellationToken);

    /// <summary>How many there are that are not deleted, and how many there may be.</summary>
    Task<(int Count, int Most)> CountAsync(CancellationToken cancellationToken);

    /// <summary>Adds a new webhook.</summary>
    void Add(Webhook webhook, WebhookEndpoint endpoint);

    /// <summary>Forgets how a deleted webhook was reached.</summary>
    void Forget(WebhookEndpoint endpoint);
}

/// <summary>The subscription of each webhook. What changes it is part of the transaction at hand.</summary>
public interface IWebhookSubscriptions
{
    /// <summary>Begins one with what happens from now on.</summary>
    Task StartAsync(WebhookId webhook, bool isActive, CancellationToken cancellationToken);

    /// <summary>Stops its deliveries. It keeps its place.</summary>
    Task PauseAsync(WebhookId webhook, CancellationToken cancellationToken);

    /// <summary>Lets its deliveries go on where they were stopped; those that failed are tried at once.</summary>
    Task ResumeAsync(WebhookId webhook, CancellationToken cancellationToken);

    /// <summary>Ends it, with everything that waits to be delivered.</summary>
    Task RemoveAsync(WebhookId webhook, CancellationToken cancellationToken);
}

/// <summary>The names of the subscriptions of webhooks.</summary>
public static class WebhookSubscription
{
    private const string Prefix = "webhook.";

    /// <summary>The name of a webhook's subscription.</summary>
    public static string NameOf(WebhookId webhook) => Prefix + webhook;

    /// <summary>The webhook whose subscription has a name.</summary>
    public static bool TryParse(string name, out WebhookId webhook)
    {
        webhook = default;
        return name.StartsWith(Prefix, StringComparison.Ordinal) && WebhookId.TryParse(name[Prefix.Length..], out webhook);
    }
}
