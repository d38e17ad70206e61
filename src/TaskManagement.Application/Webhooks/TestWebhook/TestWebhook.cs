using FluentValidation;
using MediatR;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Webhooks;

namespace TaskManagement.Application.Webhooks;

/// <summary>Calls a webhook once, at once, active or not, about an event that is made up for the purpose.</summary>
/// <remarks>No command: it changes no webhook, and a transaction would be held for as long as the receiver takes to answer.</remarks>
/// <param name="WebhookId">The webhook.</param>
[Requires(Scopes.Webhooks)]
public sealed record TestWebhook(WebhookId WebhookId) : IQuery<WebhookDeliveryDto>, IConcerns
{
    Resource IConcerns.Resource => Resource.Of(WebhookId);
}

internal sealed class TestWebhookValidator : AbstractValidator<TestWebhook>;

internal sealed class TestWebhookHandler(IWebhookRepository webhooks, IWebhookCalls calls) : IRequestHandler<TestWebhook, WebhookDeliveryDto>
{
    public async Task<WebhookDeliveryDto> Handle(TestWebhook request, CancellationToken cancellationToken)
    {
        var (_, endpoint) = await webhooks.GetAsync(request.WebhookId, expectedVersion: null, cancellationToken);
        return await calls.TestAsync(endpoint, cancellationToken);
    }
}
