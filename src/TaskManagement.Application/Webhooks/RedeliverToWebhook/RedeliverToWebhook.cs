using FluentValidation;
using MediatR;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Application.Operations;
using TaskManagement.Domain.Common;
using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Webhooks;

namespace TaskManagement.Application.Webhooks;

/// <summary>
/// Has a webhook called once more about the event of an earlier call. An event that is parked is tried again at once, as if for the first time and
/// in its turn; one that was delivered is delivered again beside those that go on.
/// </summary>
/// <param name="WebhookId">The webhook.</param>
/// <param name="Delivery">The earlier call.</param>
[Requires(Scopes.Webhooks)]
public sealed record RedeliverToWebhook(WebhookId WebhookId, Guid Delivery) : ICommand<RedeliveryDto>, ISteersDelivery, IConcerns
{
    Resource IConcerns.Resource => Resource.Of(WebhookId);
}

/// <summary>How an event is delivered once more.</summary>
/// <param name="EventId">The event.</param>
/// <param name="Retried">Whether it was parked, and is tried again in its turn.</param>
/// <param name="Replay">The number of the replay that delivers it; null if it was parked.</param>
public sealed record RedeliveryDto(Guid EventId, bool Retried, long? Replay);

internal sealed class RedeliverToWebhookValidator : AbstractValidator<RedeliverToWebhook>;

internal sealed class RedeliverToWebhookHandler(IWebhookDeliveries deliveries, ISender sender) : IRequestHandler<RedeliverToWebhook, Saved<RedeliveryDto>>
{
    public async Task<Saved<RedeliveryDto>> Handle(RedeliverToWebhook request, CancellationToken cancellationToken)
    {
        var (delivery, position) = await deliveries.GetAsync(request.WebhookId, request.Delivery, cancellationToken);
        if (position is not { } place)
            throw new DomainException("delivery.test", "The call was a test: its event is not in the log.");
        if (await deliveries.FindParkedAsync(request.WebhookId, delivery.EventId, cancellationToken) is { } parked)
        {
            await sender.Send(new RetryParkedEvents([parked]), cancellationToken);
            return Saved.As(() => new RedeliveryDto(delivery.EventId, Retried: true, Replay: null));
        }

        var point = new LogPoint(Positions.Format(place));
        var started = await sender.Send(new ReplaySubscription(WebhookSubscription.NameOf(request.WebhookId), point, point), cancellationToken);
        return Saved.As(() => new RedeliveryDto(delivery.EventId, Retried: false, started.Value.Replay));
    }
}
