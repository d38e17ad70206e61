using FluentValidation;
using MediatR;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Webhooks;

namespace TaskManagement.Application.Webhooks;

/// <summary>Gives a webhook a new secret. For a while calls are signed with the one before as well, so that the receiver can change over.</summary>
/// <param name="WebhookId">The webhook.</param>
/// <param name="ExpectedVersion">The version that it must have, or null for any.</param>
/// <param name="OverlapHours">For how many hours, 0 to 168.</param>
[Requires(Scopes.Webhooks)]
public sealed record RotateWebhookSecret(WebhookId WebhookId, long? ExpectedVersion = null, double OverlapHours = 24) : ICommand<WebhookDto>, IConcerns
{
    Resource IConcerns.Resource => Resource.Of(WebhookId);
}

internal sealed class RotateWebhookSecretValidator : AbstractValidator<RotateWebhookSecret>
{
    public RotateWebhookSecretValidator() => RuleFor(c => c.OverlapHours).InclusiveBetween(0, 168).WithErrorCode("overlap_hours.out_of_range")
        .WithMessage("overlapHours must be between 0 and 168.");
}

internal sealed class RotateWebhookSecretHandler(IWebhookRepository webhooks, IChangeStamps stamps)
    : IRequestHandler<RotateWebhookSecret, Saved<WebhookDto>>
{
    public async Task<Saved<WebhookDto>> Handle(RotateWebhookSecret request, CancellationToken cancellationToken)
    {
        var (webhook, endpoint) = await webhooks.GetAsync(request.WebhookId, request.ExpectedVersion, cancellationToken);
        var stamp = stamps.Now();
        var until = stamp.At + TimeSpan.FromSeconds(Math.Round(request.OverlapHours * 3600));
        endpoint.Rotate(until);
        webhook.RotateSecret(until, stamp);
        return Saved.As(() => WebhookDto.From(webhook, endpoint, showSecret: true));
    }
}
