using FluentValidation;
using MediatR;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Webhooks;

namespace TaskManagement.Application.Webhooks;

/// <summary>Reads one webhook.</summary>
/// <param name="WebhookId">The webhook.</param>
[Requires(Scopes.Webhooks)]
public sealed record GetWebhook(WebhookId WebhookId) : IQuery<WebhookDto>, IConcerns
{
    Resource IConcerns.Resource => Resource.Of(WebhookId);
}

internal sealed class GetWebhookValidator : AbstractValidator<GetWebhook>;

internal sealed class GetWebhookHandler(IWebhookRepository webhooks) : IRequestHandler<GetWebhook, WebhookDto>
{
    public async Task<WebhookDto> Handle(GetWebhook request, CancellationToken cancellationToken)
    {
        var (webhook, endpoint) = await webhooks.GetAsync(request.WebhookId, expectedVersion: null, cancellationToken);
        return WebhookDto.From(webhook, endpoint);
    }
}
