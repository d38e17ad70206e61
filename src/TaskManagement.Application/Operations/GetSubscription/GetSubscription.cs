using FluentValidation;
using MediatR;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Domain.Identity;

namespace TaskManagement.Application.Operations;

/// <summary>Reads how a subscription stands.</summary>
/// <param name="Subscription">Its name.</param>
[Requires(Scopes.Admin)]
public sealed record GetSubscription(string Subscription) : IQuery<SubscriptionDto>;

internal sealed class GetSubscriptionValidator : AbstractValidator<GetSubscription>;

internal sealed class GetSubscriptionHandler(ISubscriptions subscriptions) : IRequestHandler<GetSubscription, SubscriptionDto>
{
    public async Task<SubscriptionDto> Handle(GetSubscription request, CancellationToken cancellationToken) =>
        await subscriptions.ReadAsync(request.Subscription, cancellationToken) is [var only]
            ? only
            : throw new NotFoundException("subscription", request.Subscription);
}
