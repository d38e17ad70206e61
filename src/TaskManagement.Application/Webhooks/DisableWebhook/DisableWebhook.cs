using FluentValidation;
using MediatR;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Application.Operations;
using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Webhooks;

namespace TaskManagement.Application.Webhooks;

/// <summary>Switches a webhook off whose calls fail.</summary>
/// <param name="WebhookId">The webhook.</param>
/// <param name="Reason">Why.</param>
/// <param name="Detail">What happened, in a sentence.</param>
[Requires(Scopes.Webhooks)]
public sealed record DisableWebhook(WebhookId WebhookId, DisabledReason Reason, string Detail) : ICommand<WebhookDto>, ISteersDelivery;

internal sealed class DisableWebhookValidator : AbstractValidator<DisableWebhook>;

internal sealed class DisableWebhookHandler(IWebhookRepository webhooks, IChangeStamps stamps) : IRequestHandler<DisableWebhook, Saved<WebhookDto>>
{
    public async Task<Saved<WebhookDto>> Handle(DisableWebhook request, CancellationToken cancellationToken)
    {
        var (webhook, endpoint) = await webhooks.GetAsync(request.WebhookId, expectedVersion: null, cancellationToken);
        webhook.Disable(request.Reason, request.Detail, stamps.Now());
        return Saved.As(() => WebhookDto.From(webhook, endpoint));
    }
}
