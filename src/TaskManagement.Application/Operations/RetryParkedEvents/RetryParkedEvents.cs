using FluentValidation;
using MediatR;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Operations.Events;

namespace TaskManagement.Application.Operations;

/// <summary>
/// Has parked events tried again at once, as if for the first time. The order of lanes is kept: one that waits behind another is tried when
/// that one is done.
/// </summary>
/// <param name="Ids">Which, one by one; or null.</param>
/// <param name="Filter">Which, by what they are; an empty filter is all of them; or null.</param>
/// <param name="DryRun">Whether only to say what would be done.</param>
[Requires(Scopes.Admin)]
public sealed record RetryParkedEvents(IReadOnlyList<long>? Ids = null, ParkedFilter? Filter = null, bool DryRun = false)
    : ICommand<RetryDto>, ISteersDelivery;

/// <summary>What is tried again.</summary>
/// <param name="DryRun">Whether nothing was done.</param>
/// <param name="Matched">How many parked events were chosen.</param>
/// <param name="Retried">How many of them are tried at once, the first of each lane first.</param>
/// <param name="Waiting">How many of them go on waiting behind another one of their lane.</param>
/// <param name="Missing">The ids of which there is no parked event, any more or at all.</param>
/// <param name="Subscriptions">The same by subscription.</param>
public sealed record RetryDto(
    bool DryRun, int Matched, int Retried, int Waiting, IReadOnlyList<long> Missing, IReadOnlyList<ParkedTally> Subscriptions);

internal sealed class RetryParkedEventsValidator : AbstractValidator<RetryParkedEvents>
{
    public RetryParkedEventsValidator()
    {
        RuleFor(c => c.Ids).AreParkedIds(c => c.Filter);
        RuleFor(c => c.Filter).IsParkedFilter();
    }
}

internal sealed class RetryParkedEventsHandler(IParkedEvents parked, IFacts facts) : IRequestHandler<RetryParkedEvents, Saved<RetryDto>>
{
    public async Task<Saved<RetryDto>> Handle(RetryParkedEvents request, CancellationToken cancellationToken)
    {
        var choice = new ParkedChoice(request.Ids, request.Filter);
        var missing = request.Ids is { } ids ? await parked.FindMissingAsync(ids, cancellationToken) : [];
        var chosen = request.DryRun
            ? await parked.CountAsync(choice, cancellationToken)
            : await parked.RetryAsync(choice, cancellationToken);
        foreach (var tally in chosen)
        {
            if (!request.DryRun && tally.Events > tally.Waiting)
            {
                await facts.RecordOfSubscriptionAsync(
                    tally.Subscription, new SubscriptionEventsRetried(tally.Subscription, tally.Events - tally.Waiting), cancellationToken);
            }
        }

        var (matched, waiting) = (chosen.Sum(tally => tally.Events), chosen.Sum(tally => tally.Waiting));
        return Saved.As(() => new RetryDto(request.DryRun, matched, matched - waiting, waiting, missing, chosen));
    }
}
