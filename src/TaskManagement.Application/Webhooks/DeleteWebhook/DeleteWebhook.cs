using FluentValidation;
using MediatR;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Application.Operations;
using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Webhooks;

namespace TaskManagement.Application.Webhooks;

/// <summary>Deletes a webhook for good, with its secrets and everything that waits to be delivered to it.</summary>
/// <param name="WebhookId">The webhook.</param>
/// <param name="ExpectedVersion">The version that it must have, or null for any.</param>
[Requires(Scopes.Webhooks)]
public sealed record DeleteWebhook(WebhookId WebhookId, long? ExpectedVersion = null) : ICommand<WebhookDto>, ISteersDelivery, IConcerns
{
    Resource IConcerns.Resource => Resource.Of(WebhookId);
}

internal sealed class DeleteWebhookValidator : AbstractValidator<DeleteWebhook>;

internal sealed class DeleteWebhookHandler(IWebhookRepository webhooks, IChangeStamps stamps) : IRequestHandler<DeleteWebhook, Saved<WebhookDto>>
{
    public async Task<Saved<WebhookDto>> Handle(DeleteWebhook request, CancellationToken cancellationToken)
    {
        var (webhook, endpoint) = await webhooks.GetAsync(request.WebhookId, request.ExpectedVersion, cancellationToken);
        webhook.Delete(stamps.Now());
        webhooks.Forget(endpoint);
        return Saved.As(() => WebhookDto.From(webhook, endpoint));
    }
}
