using FluentValidation;
using MediatR;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Domain.Identity;

namespace TaskManagement.Application.Operations;

/// <summary>Reads how a replay stands.</summary>
/// <param name="ReplayId">Its number.</param>
[Requires(Scopes.Admin)]
public sealed record GetReplay(long ReplayId) : IQuery<ReplayDto>;

internal sealed class GetReplayValidator : AbstractValidator<GetReplay>;

internal sealed class GetReplayHandler(IReplays replays) : IRequestHandler<GetReplay, ReplayDto>
{
    public Task<ReplayDto> Handle(GetReplay request, CancellationToken cancellationToken) => replays.GetAsync(request.ReplayId, cancellationToken);
}
