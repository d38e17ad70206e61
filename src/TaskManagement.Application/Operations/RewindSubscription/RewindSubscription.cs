using FluentValidation;
using MediatR;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Domain.Common;
using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Operations.Events;

namespace TaskManagement.Application.Operations;

/// <summary>Sends a subscription back in the log: it goes on from there, so new events wait until the old ones are delivered again.</summary>
/// <param name="Subscription">The subscription.</param>
/// <param name="To">The event to deliver next; null for the first ever.</param>
/// <param name="DryRun">Whether only to say what would be done.</param>
[Requires(Scopes.Admin)]
public sealed record RewindSubscription(string Subscription, LogPoint? To = null, bool DryRun = false) : ICommand<RewindDto>, ISteersDelivery;

/// <summary>Where a subscription was sent.</summary>
/// <param name="Subscription">The subscription.</param>
/// <param name="DryRun">Whether nothing was done.</param>
/// <param name="From">How far it had come.</param>
/// <param name="To">The position of the event that it is given next.</param>
/// <param name="Events">How many events are delivered again, at most: not all of them may be for it.</param>
/// <param name="Rebuilt">Whether its handler begins its picture of all events anew.</param>
/// <param name="ParkedDropped">How many of its parked events are dropped, since they are delivered again; null in a dry run.</param>
public sealed record RewindDto(string Subscription, bool DryRun, string From, string To, long Events, bool Rebuilt, int? ParkedDropped);

internal sealed class RewindSubscriptionValidator : AbstractValidator<RewindSubscription>
{
    public RewindSubscriptionValidator() => RuleFor(c => c.To).IsLogPoint();
}

internal sealed class RewindSubscriptionHandler(ISubscriptions subscriptions, ILogPositions log, IFacts facts)
    : IRequestHandler<RewindSubscription, Saved<RewindDto>>
{
    public async Task<Saved<RewindDto>> Handle(RewindSubscription request, CancellationToken cancellationToken)
    {
        var subscription = (await subscriptions.GetAsync(request.Subscription, cancellationToken)).MustBeStarted().MustBeReplayable();
        var first = await log.FirstOfAsync(request.To, cancellationToken);
        if (subscription.Rebuildable && first > 1)
            throw new DomainException("subscription.rebuilt_only", $"{subscription.Name} keeps a picture of all events: it can be sent back to the beginning only.");
        if (subscription.LastPosition < first)
            throw new DomainException("subscription.not_beyond", $"{subscription.Name} has not come as far as that; there is nothing to deliver again.");

        int? dropped = request.DryRun ? null : await subscriptions.RewindAsync(subscription.Name, first - 1, cancellationToken);
        var from = subscription.LastPosition!.Value;
        if (dropped is not null)
            await facts.RecordOfSubscriptionAsync(subscription.Name, new SubscriptionRewound(subscription.Name, from, first - 1), cancellationToken);
        return Saved.As(() => new RewindDto(
            subscription.Name, request.DryRun, Positions.Format(from), Positions.Format(first), from - first + 1, subscription.Rebuildable, dropped));
    }
}
