using FluentValidation;
using MediatR;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Application.Operations;
using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Webhooks;

namespace TaskManagement.Application.Webhooks;

/// <summary>Has a webhook called about a range of events again, beside those that go on. Their webhook-id is the same as before.</summary>
/// <param name="WebhookId">The webhook.</param>
/// <param name="From">Where the range begins; null for the first event ever.</param>
/// <param name="To">Where it ends; null for the last event there is now.</param>
/// <param name="Types">The types of events; null for all that it is called about.</param>
/// <param name="DryRun">Whether only to say what would be done.</param>
[Requires(Scopes.Webhooks)]
public sealed record ReplayToWebhook(
    WebhookId WebhookId, LogPoint? From = null, LogPoint? To = null, IReadOnlyList<string>? Types = null, bool DryRun = false)
    : ICommand<ReplayStartDto>, ISteersDelivery, IConcerns
{
    Resource IConcerns.Resource => Resource.Of(WebhookId);
}

internal sealed class ReplayToWebhookValidator : AbstractValidator<ReplayToWebhook>;

internal sealed class ReplayToWebhookHandler(IWebhookRepository webhooks, ISender sender) : IRequestHandler<ReplayToWebhook, Saved<ReplayStartDto>>
{
    public async Task<Saved<ReplayStartDto>> Handle(ReplayToWebhook request, CancellationToken cancellationToken)
    {
        await webhooks.GetAsync(request.WebhookId, expectedVersion: null, cancellationToken);
        return await sender.Send(
            new ReplaySubscription(WebhookSubscription.NameOf(request.WebhookId), request.From, request.To, request.Types, request.DryRun), cancellationToken);
    }
}
