using FluentValidation;
using MediatR;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Domain.Common;
using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Operations.Events;

namespace TaskManagement.Application.Operations;

/// <summary>Has a range of events delivered to a subscription again, beside those that go on.</summary>
/// <param name="Subscription">The subscription.</param>
/// <param name="From">Where the range begins; null for the first event ever.</param>
/// <param name="To">Where it ends; null for the last event there is now.</param>
/// <param name="Types">The types of events to deliver; null for all that the subscription takes.</param>
/// <param name="DryRun">Whether only to say what would be done.</param>
[Requires(Scopes.Admin)]
public sealed record ReplaySubscription(
    string Subscription, LogPoint? From = null, LogPoint? To = null, IReadOnlyList<string>? Types = null, bool DryRun = false)
    : ICommand<ReplayStartDto>, ISteersDelivery;

/// <summary>What a replay delivers.</summary>
/// <param name="Subscription">The subscription.</param>
/// <param name="DryRun">Whether nothing was started.</param>
/// <param name="Events">How many events it delivers.</param>
/// <param name="From">The position of the first event of the range.</param>
/// <param name="To">The position of the last event of the range.</param>
/// <param name="Replay">The number of the replay; null if none was started.</param>
public sealed record ReplayStartDto(string Subscription, bool DryRun, long Events, string From, string To, long? Replay);

internal sealed class ReplaySubscriptionValidator : AbstractValidator<ReplaySubscription>
{
    public ReplaySubscriptionValidator()
    {
        RuleFor(c => c.From).IsLogPoint();
        RuleFor(c => c.To).IsLogPoint();
        RuleFor(c => c.Types).Passes(types => types is { Count: 0 or > 100 } || types?.Contains(null!) == true
            ? new("types.out_of_range", "There must be 1 to 100 types of events, or null for all.")
            : null);
    }
}

internal sealed class ReplaySubscriptionHandler(ISubscriptions subscriptions, IReplays replays, ILogPositions log, IFacts facts)
    : IRequestHandler<ReplaySubscription, Saved<ReplayStartDto>>
{
    public async Task<Saved<ReplayStartDto>> Handle(ReplaySubscription request, CancellationToken cancellationToken)
    {
        var subscription = (await subscriptions.GetAsync(request.Subscription, cancellationToken))
            .MustBeStarted().MustBeReplayable().MustTakeRanges();
        RefuseTypesOfOthers(subscription, request.Types);
        var range = new LogRange(await log.FirstOfAsync(request.From, cancellationToken), await log.LastOfAsync(request.To, cancellationToken));
        var events = range.First > range.Last ? 0 : await log.CountAsync(range, [.. request.Types ?? subscription.Takes], cancellationToken);
        if (events == 0)
            throw new DomainException("replay.empty", $"There is no event for {subscription.Name} in this range.");

        long? id = request.DryRun ? null : await replays.StartAsync(subscription.Name, range, request.Types, cancellationToken);
        if (id is { } number)
        {
            await facts.RecordOfSubscriptionAsync(
                subscription.Name,
                new SubscriptionReplayStarted(subscription.Name, number, range.First - 1, range.Last, request.Types),
                cancellationToken);
        }

        return Saved.As(() => new ReplayStartDto(
            subscription.Name, request.DryRun, events, Positions.Format(range.First), Positions.Format(range.Last), id));
    }

    private static void RefuseTypesOfOthers(SubscriptionTraits subscription, IReadOnlyList<string>? types)
    {
        RequestError[] errors =
        [
            .. (types ?? []).Select((type, index) => (type, index)).Where(asked => !subscription.Takes.Contains(asked.type, StringComparer.Ordinal))
                .Select(asked => new RequestError("type.not_taken", $"{subscription.Name} does not take {asked.type}.", Pointer: $"/types/{asked.index}")),
        ];
        if (errors.Length > 0)
            throw new InvalidRequestException(errors);
    }
}
