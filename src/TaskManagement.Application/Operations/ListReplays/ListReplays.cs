using FluentValidation;
using MediatR;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Application.Common.Paging;
using TaskManagement.Domain.Identity;

namespace TaskManagement.Application.Operations;

/// <summary>Lists all replays, the latest first.</summary>
[Requires(Scopes.Admin)]
public sealed record ListReplays : IQuery<Page<ReplayDto>>;

internal sealed class ListReplaysValidator : AbstractValidator<ListReplays>;

internal sealed class ListReplaysHandler(IReplays replays) : IRequestHandler<ListReplays, Page<ReplayDto>>
{
    public async Task<Page<ReplayDto>> Handle(ListReplays request, CancellationToken cancellationToken) =>
        new(await replays.ListAsync(cancellationToken), NextCursor: null);
}
