using FluentValidation;
using MediatR;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Tasks;

namespace TaskManagement.Application.Accounts;

/// <summary>Changes one's own password, and ends all sessions.</summary>
/// <param name="CurrentPassword">The password until now.</param>
/// <param name="NewPassword">The new one, in 12–200 characters.</param>
[Requires(Scopes.Account)]
public sealed record ChangePassword(string CurrentPassword, string NewPassword) : IGuardedRequest<UserId>;

internal sealed class ChangePasswordValidator : AbstractValidator<ChangePassword>
{
    public ChangePasswordValidator()
    {
        RuleFor(c => c.CurrentPassword).Passes(AccountRules.CheckGivenPassword);
        RuleFor(c => c.NewPassword).Passes(AccountRules.CheckPassword);
    }
}

internal sealed class ChangePasswordHandler(ICallContext call, IAccounts accounts, PasswordGuard guard, IPasswords passwords, ISender sender)
    : IRequestHandler<ChangePassword, UserId>
{
    public async Task<UserId> Handle(ChangePassword request, CancellationToken cancellationToken)
    {
        var account = await accounts.OfCallerAsync(call, cancellationToken);
        var isRight = await guard.IsRightAsync(account, request.CurrentPassword, cancellationToken);
        var hash = isRight ? passwords.Hash(request.NewPassword) : null;
        return (await sender.Send(new ReplacePassword(account.PasswordHash, hash), cancellationToken)).Value;
    }
}
