using FluentValidation;
using MediatR;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Application.Operations;
using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Webhooks;

namespace TaskManagement.Application.Webhooks;

/// <summary>Changes what the patch has of a webhook. What is delivered from then on is delivered as it says.</summary>
/// <param name="WebhookId">The webhook.</param>
/// <param name="ExpectedVersion">The version that it must have, or null for any.</param>
/// <param name="Patch">The changes.</param>
[Requires(Scopes.Webhooks)]
public sealed record ChangeWebhook(WebhookId WebhookId, long? ExpectedVersion, WebhookPatch Patch) : ICommand<WebhookDto>, ISteersDelivery, IConcerns
{
    Resource IConcerns.Resource => Resource.Of(WebhookId);
}

/// <summary>What may be changed of a webhook.</summary>
public sealed record WebhookPatch
{
    /// <summary>Where it is called: http or https, at most 2,000 characters; can't be cleared.</summary>
    public Optional<string> Url { get; init; }

    /// <summary>1–20 types of events, exact or prefixes; can't be cleared.</summary>
    public Optional<IReadOnlyList<string>> EventTypes { get; init; }

    /// <summary>false: it is called no more. true: it is called again, beginning with what it has missed.</summary>
    public Optional<bool?> Active { get; init; }

    /// <summary>What it is for, in 1–500 characters; null clears it.</summary>
    public Optional<string> Description { get; init; }
}

internal sealed class ChangeWebhookValidator : AbstractValidator<ChangeWebhook>
{
    public ChangeWebhookValidator(IEventTypeNames types, IWebhookAddresses addresses)
    {
        RuleFor(c => c.Patch.Url).IsWebhookUrl(addresses);
        RuleFor(c => c.Patch.EventTypes).AreWebhookEventTypes(types);
        RuleFor(c => c.Patch.Active).PassesIfPresent(active => active is null ? new("active.required", "active must be true or false.") : null);
        RuleFor(c => c.Patch.Description).PassesIfPresent(text => text is null ? null : Webhook.DescriptionRule.Check(text));
    }
}

internal sealed class ChangeWebhookHandler(IWebhookRepository webhooks, IChangeStamps stamps)
    : IRequestHandler<ChangeWebhook, Saved<WebhookDto>>
{
    public async Task<Saved<WebhookDto>> Handle(ChangeWebhook request, CancellationToken cancellationToken)
    {
        var patch = request.Patch;
        var (webhook, endpoint) = await webhooks.GetAsync(request.WebhookId, request.ExpectedVersion, cancellationToken);
        var stamp = stamps.Now();
        if (patch.Url.IsPresent && WebhookUrl.From(patch.Url.Value) is var url && !string.Equals(url.Value, endpoint.Url, StringComparison.Ordinal))
        {
            webhook.MoveTo(url, stamp);
            endpoint.MoveTo(url);
        }

        if (patch.EventTypes.IsPresent)
            webhook.TakeEventTypes(patch.EventTypes.Value!, stamp);
        if (patch.Description.IsPresent)
            webhook.Describe(patch.Description.Value is { } text ? Webhook.DescriptionRule.Accept(text) : null, stamp);
        if (patch.Active is { IsPresent: true, Value: false })
            webhook.Disable(DisabledReason.Request, detail: null, stamp);
        if (patch.Active is { IsPresent: true, Value: true } && !webhook.IsActive)
        {
            webhook.Enable(stamp);
            endpoint.Works();
        }

        return Saved.As(() => WebhookDto.From(webhook, endpoint));
    }
}
