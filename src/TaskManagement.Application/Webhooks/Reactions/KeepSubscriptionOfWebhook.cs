using MediatR;
using TaskManagement.Domain.Webhooks.Events;

namespace TaskManagement.Application.Webhooks.Reactions;

/// <summary>Starts, stops and ends the subscription that brings a webhook its events.</summary>
internal sealed class KeepSubscriptionOfWebhook(IWebhookSubscriptions subscriptions)
    : INotificationHandler<WebhookCreated>, INotificationHandler<WebhookDisabled>, INotificationHandler<WebhookEnabled>, INotificationHandler<WebhookDeleted>
{
    public Task Handle(WebhookCreated notification, CancellationToken cancellationToken) =>
        subscriptions.StartAsync(notification.WebhookId, notification.IsActive, cancellationToken);

    public Task Handle(WebhookDisabled notification, CancellationToken cancellationToken) =>
        subscriptions.PauseAsync(notification.WebhookId, cancellationToken);

    public Task Handle(WebhookEnabled notification, CancellationToken cancellationToken) =>
        subscriptions.ResumeAsync(notification.WebhookId, cancellationToken);

    public Task Handle(WebhookDeleted notification, CancellationToken cancellationToken) =>
        subscriptions.RemoveAsync(notification.WebhookId, cancellationToken);
}
