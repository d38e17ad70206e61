using FluentValidation;
using MediatR;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Tasks;

namespace TaskManagement.Application.Accounts;

/// <summary>Deletes one's own account: what is personal is erased, sessions and tokens end. What one did stays, under the id.</summary>
/// <param name="Password">One's password.</param>
[Requires(Scopes.Account)]
public sealed record DeleteMe(string Password) : IGuardedRequest<UserId>;

internal sealed class DeleteMeValidator : AbstractValidator<DeleteMe>
{
    public DeleteMeValidator() => RuleFor(c => c.Password).Passes(AccountRules.CheckGivenPassword);
}

internal sealed class DeleteMeHandler(ICallContext call, IAccounts accounts, PasswordGuard guard, ISender sender) : IRequestHandler<DeleteMe, UserId>
{
    public async Task<UserId> Handle(DeleteMe request, CancellationToken cancellationToken)
    {
        var account = await accounts.OfCallerAsync(call, cancellationToken);
        return await guard.IsRightAsync(account, request.Password, cancellationToken)
            ? (await sender.Send(new EraseAccount(), cancellationToken)).Value
            : throw PasswordGuard.Wrong();
    }
}
