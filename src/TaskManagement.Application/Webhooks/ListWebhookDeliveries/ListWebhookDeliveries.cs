using FluentValidation;
using MediatR;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Application.Common.Paging;
using TaskManagement.Domain.Identity;

namespace TaskManagement.Application.Webhooks;

/// <summary>Lists the calls of a webhook, the latest first.</summary>
/// <param name="Filter">What they must be.</param>
/// <param name="Limit">The most to return.</param>
/// <param name="Cursor">Where the page before ended.</param>
[Requires(Scopes.Webhooks)]
public sealed record ListWebhookDeliveries(WebhookDeliveryFilter Filter, int Limit = PageLimits.Default, string? Cursor = null) : IQuery<Page<WebhookDeliveryDto>>, IConcerns
{
    Resource IConcerns.Resource => Resource.Of(Filter.Webhook);
}

internal sealed class ListWebhookDeliveriesValidator : AbstractValidator<ListWebhookDeliveries>
{
    public ListWebhookDeliveriesValidator() => RuleFor(q => q.Limit).IsPageLimit();
}

internal sealed class ListWebhookDeliveriesHandler(IWebhookRepository webhooks, IWebhookDeliveries deliveries)
    : IRequestHandler<ListWebhookDeliveries, Page<WebhookDeliveryDto>>
{
    private const string Sort = "delivery";

    public async Task<Page<WebhookDeliveryDto>> Handle(ListWebhookDeliveries request, CancellationToken cancellationToken)
    {
        await webhooks.GetAsync(request.Filter.Webhook, expectedVersion: null, cancellationToken);
        var found = await deliveries.ListAsync(request.Filter, Before(request.Cursor), request.Limit + 1, cancellationToken);
        return found.Count <= request.Limit
            ? new(found, NextCursor: null)
            : new([.. found.Take(request.Limit)], CursorOf(found[request.Limit - 1]).Encode());
    }

    private static Cursor CursorOf(WebhookDeliveryDto last) => new(Sort, CursorTime.Format(last.At), last.Id);

    private static (DateTimeOffset At, Guid Id)? Before(string? text)
    {
        if (text is null)
            return null;
        return Cursor.Decode(text, Sort) is { } cursor && CursorTime.TryParse(cursor.Value, out var at) ? (at, cursor.Id) : throw Cursor.Broken();
    }
}
