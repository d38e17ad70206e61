using FluentValidation;
using MediatR;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Domain.Identity;

namespace TaskManagement.Application.Operations;

/// <summary>Reads how the event log and the delivery from it are.</summary>
[Requires(Scopes.Admin)]
public sealed record GetStoreHealth : IQuery<StoreHealthDto>;

internal sealed class GetStoreHealthValidator : AbstractValidator<GetStoreHealth>;

internal sealed class GetStoreHealthHandler(IStoreHealth store) : IRequestHandler<GetStoreHealth, StoreHealthDto>
{
    public Task<StoreHealthDto> Handle(GetStoreHealth request, CancellationToken cancellationToken) => store.ReadAsync(cancellationToken);
}
