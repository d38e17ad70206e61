using FluentValidation;
using MediatR;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Application.Common.Paging;
using TaskManagement.Domain.Identity;

namespace TaskManagement.Application.Operations;

/// <summary>Lists all subscriptions, by name, those included that have no handler any more.</summary>
[Requires(Scopes.Admin)]
public sealed record ListSubscriptions : IQuery<Page<SubscriptionDto>>;

internal sealed class ListSubscriptionsValidator : AbstractValidator<ListSubscriptions>;

internal sealed class ListSubscriptionsHandler(ISubscriptions subscriptions) : IRequestHandler<ListSubscriptions, Page<SubscriptionDto>>
{
    public async Task<Page<SubscriptionDto>> Handle(ListSubscriptions request, CancellationToken cancellationToken) =>
        new(await subscriptions.ReadAsync(name: null, cancellationToken), NextCursor: null);
}
