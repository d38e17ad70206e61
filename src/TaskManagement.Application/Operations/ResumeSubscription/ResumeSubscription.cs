using FluentValidation;
using MediatR;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Operations.Events;

namespace TaskManagement.Application.Operations;

/// <summary>Lets the deliveries to a paused subscription go on where they stopped.</summary>
/// <param name="Subscription">The subscription.</param>
[Requires(Scopes.Admin)]
public sealed record ResumeSubscription(string Subscription) : ICommand<PauseDto>, ISteersDelivery;

internal sealed class ResumeSubscriptionValidator : AbstractValidator<ResumeSubscription>;

internal sealed class ResumeSubscriptionHandler(ISubscriptions subscriptions, IFacts facts) : IRequestHandler<ResumeSubscription, Saved<PauseDto>>
{
    public async Task<Saved<PauseDto>> Handle(ResumeSubscription request, CancellationToken cancellationToken)
    {
        var subscription = await subscriptions.GetAsync(request.Subscription, cancellationToken);
        var changed = await subscriptions.ResumeAsync(subscription.Name, cancellationToken);
        if (changed)
            await facts.RecordOfSubscriptionAsync(subscription.Name, new SubscriptionResumed(subscription.Name), cancellationToken);
        return Saved.As(() => new PauseDto(subscription.Name, Paused: false, changed));
    }
}
