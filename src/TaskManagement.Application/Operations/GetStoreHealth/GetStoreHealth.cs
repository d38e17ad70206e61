using FluentValidation;
using MediatR;
using TaskManagement.Application.Common;

namespace TaskManagement.Application.Operations;

/// <summary>Reads how the event log and the delivery from it are.</summary>
public sealed record GetStoreHealth : IQuery<StoreHealthDto>;

internal sealed class GetStoreHealthValidator : AbstractValidator<GetStoreHealth>;

internal sealed class GetStoreHealthHandler(IStoreHealth store) : IRequestHandler<GetStoreHealth, StoreHealthDto>
{
    public Task<StoreHealthDto> Handle(GetStoreHealth request, CancellationToken cancellationToken) => store.ReadAsync(cancellationToken);
}
