using FluentValidation;
using MediatR;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Tasks;

namespace TaskManagement.Application.Accounts;

/// <summary>Asks for no one-time passwords any more.</summary>
/// <param name="Password">One's password.</param>
[Requires(Scopes.Account)]
public sealed record DisableTotp(string Password) : IGuardedRequest<UserId>;

internal sealed class DisableTotpValidator : AbstractValidator<DisableTotp>
{
    public DisableTotpValidator() => RuleFor(c => c.Password).Passes(AccountRules.CheckGivenPassword);
}

internal sealed class DisableTotpHandler(ICallContext call, IAccounts accounts, PasswordGuard guard, ISender sender) : IRequestHandler<DisableTotp, UserId>
{
    public async Task<UserId> Handle(DisableTotp request, CancellationToken cancellationToken)
    {
        var account = await accounts.OfCallerAsync(call, cancellationToken);
        return await guard.IsRightAsync(account, request.Password, cancellationToken)
            ? (await sender.Send(new RemoveTotp(), cancellationToken)).Value
            : throw PasswordGuard.Wrong();
    }
}
