using FluentValidation;
using MediatR;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Application.Common.Actions;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Identity.Events;
using TaskManagement.Domain.Tasks;

namespace TaskManagement.Application.Accounts;

/// <summary>Does what is left to do of <see cref="ChangePassword" /> when the one until now is checked and the new one is hashed.</summary>
/// <param name="CheckedHash">The hash by which the one until now was checked.</param>
/// <param name="PasswordHash">The hash of the new one; null if the one until now was wrong.</param>
[Requires(Scopes.Account)]
public sealed record ReplacePassword(string? CheckedHash, string? PasswordHash) : ICommand<UserId>, IUnrepeatable;

internal sealed class ReplacePasswordValidator : AbstractValidator<ReplacePassword>;

internal sealed class ReplacePasswordHandler(
    ICallContext call, IAccounts accounts, IPasswordAttempts attempts, IFacts facts, SecurityTrail trail) : IRequestHandler<ReplacePassword, Saved<UserId>>
{
    public async Task<Saved<UserId>> Handle(ReplacePassword request, CancellationToken cancellationToken)
    {
        var account = await accounts.OfCallerAsync(call, cancellationToken);
        var id = account.Row.Id;
        await trail.BeginAsync(
            new(FactStreams.User, id, new UserPasswordChangeAttempted(id), code => new UserPasswordChangeFailed(id, code)), cancellationToken);
        // Another change may have been faster: then what was checked is no longer the password.
        if (request.PasswordHash is not { } hash || !string.Equals(account.PasswordHash, request.CheckedHash, StringComparison.Ordinal))
            throw PasswordGuard.Wrong();
        await accounts.ChangeAsync(account.Id, new(PasswordHash: hash), cancellationToken);
        await attempts.ForgiveAsync(account.Row.Email, cancellationToken);
        await facts.RecordAsync(FactStreams.User, id, new UserPasswordChangeSucceeded(id), cancellationToken);
        return Saved.As(() => account.Id);
    }
}
