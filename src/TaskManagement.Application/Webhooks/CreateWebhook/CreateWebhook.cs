using FluentValidation;
using MediatR;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Application.Operations;
using TaskManagement.Domain.Common;
using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Webhooks;

namespace TaskManagement.Application.Webhooks;

/// <summary>Creates a webhook: a receiver that is called about every event of some types from now on.</summary>
/// <param name="Url">Where it is called: http or https, at most 2,000 characters.</param>
/// <param name="EventTypes">1–20 types of events, exact or prefixes: task.completed, task.*, or * for all.</param>
/// <param name="Active">Whether it is called; if not, it is called about what it missed once it is activated.</param>
/// <param name="Description">What it is for, in 1–500 characters, or null.</param>
/// <param name="Id">A UUID of the caller's choice; a new UUIDv7 if absent.</param>
[Requires(Scopes.Webhooks)]
public sealed record CreateWebhook(string Url, IReadOnlyList<string> EventTypes, bool Active = true, string? Description = null, Guid? Id = null)
    : ICommand<WebhookDto>, ISteersDelivery;

internal sealed class CreateWebhookValidator : AbstractValidator<CreateWebhook>
{
    public CreateWebhookValidator(IEventTypeNames types, IWebhookAddresses addresses)
    {
        RuleFor(c => c.Id).IsUsableId();
        RuleFor(c => c.Url).IsWebhookUrl(addresses);
        RuleFor(c => c.EventTypes).AreWebhookEventTypes(types);
        RuleFor(c => c.Description).PassesIfPresent(Webhook.DescriptionRule.Check);
    }
}

internal sealed class CreateWebhookHandler(IWebhookRepository webhooks, IChangeStamps stamps)
    : IRequestHandler<CreateWebhook, Saved<WebhookDto>>
{
    public async Task<Saved<WebhookDto>> Handle(CreateWebhook request, CancellationToken cancellationToken)
    {
        var url = WebhookUrl.From(request.Url);
        var (count, most) = await webhooks.CountAsync(cancellationToken);
        if (count >= most)
            throw new DomainException("webhook.too_many", $"There are {count} webhooks, and there may be no more.");
        var description = request.Description is { } text ? Webhook.DescriptionRule.Accept(text) : null;
        var id = request.Id is { } given ? new(given) : WebhookId.New();
        var webhook = Webhook.Create(id, url, request.EventTypes, description, request.Active, stamps.Now());
        var endpoint = WebhookEndpoint.Of(id, url);
        webhooks.Add(webhook, endpoint);
        return Saved.As(() => WebhookDto.From(webhook, endpoint, showSecret: true));
    }
}
