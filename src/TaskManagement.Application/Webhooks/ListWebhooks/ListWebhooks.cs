using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Application.Common.Paging;
using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Webhooks;

namespace TaskManagement.Application.Webhooks;

/// <summary>Lists webhooks, the oldest first.</summary>
/// <param name="Limit">The most webhooks to return.</param>
/// <param name="Cursor">Where the page before ended.</param>
[Requires(Scopes.Webhooks)]
public sealed record ListWebhooks(int Limit = PageLimits.Default, string? Cursor = null) : IQuery<Page<WebhookDto>>;

internal sealed class ListWebhooksValidator : AbstractValidator<ListWebhooks>
{
    public ListWebhooksValidator() => RuleFor(q => q.Limit).IsPageLimit();
}

internal sealed class ListWebhooksHandler(IReadDatabase database) : IRequestHandler<ListWebhooks, Page<WebhookDto>>
{
    private const string ByCreation = "created";

    private static readonly ListSort<Webhook, WebhookDto> Sort = new(
        new Keyset<Webhook, DateTimeOffset, WebhookId>(webhook => webhook.CreatedAt, webhook => webhook.Id, CursorTime.TryParse, WebhookId.From),
        dto => CursorTime.Format(dto.CreatedAt),
        dto => dto.Id);

    public async Task<Page<WebhookDto>> Handle(ListWebhooks request, CancellationToken cancellationToken)
    {
        var rows = await Sort.Seek(database.Webhooks.Where(webhook => webhook.DeletedAt == null), ByCreation, request.Cursor, request.Limit)
            .Join(database.WebhookEndpoints, webhook => webhook.Id, endpoint => endpoint.Id, (webhook, endpoint) => new { webhook, endpoint })
            .ToListAsync(cancellationToken);
        return Sort.ToPage(
            [.. rows.OrderBy(row => row.webhook.CreatedAt).ThenBy(row => row.webhook.Id).Select(row => WebhookDto.From(row.webhook, row.endpoint))],
            ByCreation,
            request.Limit);
    }
}
