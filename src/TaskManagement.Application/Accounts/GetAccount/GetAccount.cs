using FluentValidation;
using MediatR;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Tasks;

namespace TaskManagement.Application.Accounts;

/// <summary>Reads an account.</summary>
/// <param name="UserId">The person.</param>
[Requires(Scopes.Admin)]
public sealed record GetAccount(UserId UserId) : IQuery<AccountDto>;

internal sealed class GetAccountValidator : AbstractValidator<GetAccount>;

internal sealed class GetAccountHandler(IAccounts accounts) : IRequestHandler<GetAccount, AccountDto>
{
    public async Task<AccountDto> Handle(GetAccount request, CancellationToken cancellationToken) =>
        AccountDto.From((await accounts.FindAsync(request.UserId, cancellationToken) ?? throw new NotFoundException("account", request.UserId)).Row);
}
