using FluentValidation;
using MediatR;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Domain.Identity;

namespace TaskManagement.Application.Accounts;

/// <summary>Reads one's own account.</summary>
[Requires(Scopes.Account)]
public sealed record GetMe : IQuery<AccountDto>;

internal sealed class GetMeValidator : AbstractValidator<GetMe>;

internal sealed class GetMeHandler(ICallContext call, IAccounts accounts) : IRequestHandler<GetMe, AccountDto>
{
    public async Task<AccountDto> Handle(GetMe request, CancellationToken cancellationToken) =>
        AccountDto.From((await accounts.OfCallerAsync(call, cancellationToken)).Row);
}
