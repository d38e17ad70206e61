using FluentValidation;
using MediatR;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Operations.Events;

namespace TaskManagement.Application.Operations;

/// <summary>Ends a replay. What it has delivered stays delivered; one that is through is left as it is.</summary>
/// <param name="ReplayId">Its number.</param>
[Requires(Scopes.Admin)]
public sealed record CancelReplay(long ReplayId) : ICommand<ReplayDto>, ISteersDelivery;

internal sealed class CancelReplayValidator : AbstractValidator<CancelReplay>;

internal sealed class CancelReplayHandler(IReplays replays, IFacts facts) : IRequestHandler<CancelReplay, Saved<ReplayDto>>
{
    public async Task<Saved<ReplayDto>> Handle(CancelReplay request, CancellationToken cancellationToken)
    {
        var changed = await replays.CancelAsync(request.ReplayId, cancellationToken);
        var replay = await replays.GetAsync(request.ReplayId, cancellationToken);
        if (changed)
        {
            var cancelled = new SubscriptionReplayCancelled(replay.Subscription, replay.Id, Positions.Parse(replay.Position));
            await facts.RecordOfSubscriptionAsync(replay.Subscription, cancelled, cancellationToken);
        }

        return Saved.As(() => replay);
    }
}
