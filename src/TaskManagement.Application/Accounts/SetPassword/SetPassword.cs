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

/// <summary>Does what is left to do of <see cref="ResetPassword" /> when the password is hashed.</summary>
/// <param name="CodeHash">The hash of the code.</param>
/// <param name="PasswordHash">The hash of the new password.</param>
[Requires(Scopes.None)]
public sealed record SetPassword(byte[] CodeHash, string PasswordHash) : ICommand<UserId>, IUnrepeatable;

internal sealed class SetPasswordValidator : AbstractValidator<SetPassword>;

internal sealed class SetPasswordHandler(
    IAccounts accounts, IOneTimeCodes codes, IPasswordAttempts attempts, IFacts facts, SecurityTrail trail, IChangeStamps stamps)
    : IRequestHandler<SetPassword, Saved<UserId>>
{
    public async Task<Saved<UserId>> Handle(SetPassword request, CancellationToken cancellationToken)
    {
        var now = stamps.Now().At;
        var code = await codes.FindAsync(request.CodeHash, cancellationToken);
        var id = code?.AccountId?.Value ?? Guid.CreateVersion7();
        await trail.BeginAsync(
            new(FactStreams.User, id, new UserPasswordResetAttempted(id), failure => new UserPasswordResetFailed(id, failure)), cancellationToken);
        if (code is not { Purpose: CodePurpose.PasswordReset, AccountId: { } person } || !code.IsValidAt(now)
            || await accounts.FindAsync(person, cancellationToken) is not { Row.IsDisabled: false } account)
            throw new CodeRefusedException();
        code.Use(now);
        // The code came by mail, so the address is the owner's.
        await accounts.ChangeAsync(person, new(PasswordHash: request.PasswordHash, IsConfirmed: true), cancellationToken);
        await attempts.ForgiveAsync(account.Row.Email, cancellationToken);
        await facts.RecordAsync(FactStreams.User, id, new UserPasswordResetSucceeded(id), cancellationToken);
        return Saved.As(() => person);
    }
}
