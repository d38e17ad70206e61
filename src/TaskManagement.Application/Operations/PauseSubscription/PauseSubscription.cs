using FluentValidation;
using MediatR;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Operations.Events;

namespace TaskManagement.Application.Operations;

/// <summary>Stops the deliveries to a subscription until it is resumed. The event at hand may still be handled to its end.</summary>
/// <param name="Subscription">The subscription.</param>
[Requires(Scopes.Admin)]
public sealed record PauseSubscription(string Subscription) : ICommand<PauseDto>, ISteersDelivery;

/// <summary>Whether deliveries to a subscription are stopped.</summary>
/// <param name="Subscription">The subscription.</param>
/// <param name="Paused">Whether they are.</param>
/// <param name="Changed">Whether they were not before.</param>
public sealed record PauseDto(string Subscription, bool Paused, bool Changed);

internal sealed class PauseSubscriptionValidator : AbstractValidator<PauseSubscription>;

internal sealed class PauseSubscriptionHandler(ISubscriptions subscriptions, IFacts facts) : IRequestHandler<PauseSubscription, Saved<PauseDto>>
{
    public async Task<Saved<PauseDto>> Handle(PauseSubscription request, CancellationToken cancellationToken)
    {
        var subscription = (await subscriptions.GetAsync(request.Subscription, cancellationToken)).MustBeStarted();
        var changed = await subscriptions.PauseAsync(subscription.Name, cancellationToken);
        if (changed)
            await facts.RecordOfSubscriptionAsync(subscription.Name, new SubscriptionPaused(subscription.Name), cancellationToken);
        return Saved.As(() => new PauseDto(subscription.Name, Paused: true, changed));
    }
}
