using FluentValidation;
using MediatR;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Domain.Common;
using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Operations.Events;

namespace TaskManagement.Application.Operations;

/// <summary>Gives up the delivery of parked events: their lanes go on without them, and the log says why.</summary>
/// <param name="Reason">Why, in 1–500 characters.</param>
/// <param name="Ids">Which, one by one; or null.</param>
/// <param name="Filter">Which, by what they are; an empty filter is all of them; or null.</param>
/// <param name="DryRun">Whether only to say what would be done.</param>
[Requires(Scopes.Admin)]
public sealed record DiscardParkedEvents(string Reason, IReadOnlyList<long>? Ids = null, ParkedFilter? Filter = null, bool DryRun = false)
    : ICommand<DiscardDto>, ISteersDelivery
{
    /// <summary>The most events that are discarded at once: each has its own entry in the log.</summary>
    public const int MaxAtOnce = 1000;
}

/// <summary>What is given up.</summary>
/// <param name="DryRun">Whether nothing was done.</param>
/// <param name="Matched">How many parked events were chosen.</param>
/// <param name="Discarded">How many of them are given up: 1000 at most, the first of each lane first. Ask again for the rest.</param>
/// <param name="Missing">The ids of which there is no parked event, any more or at all.</param>
/// <param name="Subscriptions">What was chosen, by subscription.</param>
public sealed record DiscardDto(
    bool DryRun, int Matched, int Discarded, IReadOnlyList<long> Missing, IReadOnlyList<ParkedTally> Subscriptions);

internal sealed class DiscardParkedEventsValidator : AbstractValidator<DiscardParkedEvents>
{
    public DiscardParkedEventsValidator()
    {
        RuleFor(c => c.Reason).Passes(Reason.Rule.Check);
        RuleFor(c => c.Ids).AreParkedIds(c => c.Filter);
        RuleFor(c => c.Filter).IsParkedFilter();
    }
}

internal sealed class DiscardParkedEventsHandler(IParkedEvents parked, IFacts facts) : IRequestHandler<DiscardParkedEvents, Saved<DiscardDto>>
{
    public async Task<Saved<DiscardDto>> Handle(DiscardParkedEvents request, CancellationToken cancellationToken)
    {
        var choice = new ParkedChoice(request.Ids, request.Filter);
        var missing = request.Ids is { } ids ? await parked.FindMissingAsync(ids, cancellationToken) : [];
        var chosen = await parked.CountAsync(choice, cancellationToken);
        var matched = chosen.Sum(tally => tally.Events);
        if (request.DryRun)
            return Saved.As(() => new DiscardDto(DryRun: true, matched, Math.Min(matched, DiscardParkedEvents.MaxAtOnce), missing, chosen));

        var reason = Reason.From(request.Reason).Value;
        var dropped = await parked.DropAsync(choice, DiscardParkedEvents.MaxAtOnce, cancellationToken);
        foreach (var one in dropped)
        {
            await facts.RecordOfSubscriptionAsync(
                one.Subscription, new SubscriptionEventDiscarded(one.Subscription, one.EventId, one.EventType, one.Subject, reason), cancellationToken);
        }

        return Saved.As(() => new DiscardDto(DryRun: false, matched, dropped.Count, missing, chosen));
    }
}
