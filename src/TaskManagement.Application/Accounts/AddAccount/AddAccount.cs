using FluentValidation;
using MediatR;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Application.Common.Actions;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Identity.Events;

namespace TaskManagement.Application.Accounts;

/// <summary>Does what is left to do of <see cref="RegisterAccount" /> when the password is hashed.</summary>
/// <param name="UserId">The id of the account.</param>
/// <param name="Email">The address.</param>
/// <param name="DisplayName">What the person is called.</param>
/// <param name="PasswordHash">The hash of the password.</param>
/// <param name="InvitationHash">The hash of the code of the invitation, if there is one.</param>
/// <param name="Administrator">Whether as an administrator.</param>
/// <param name="ByAdministrator">Whether an administrator makes it: then the address needs no confirmation.</param>
[Requires(Scopes.None)]
public sealed record AddAccount(
    Guid UserId, string Email, string DisplayName, string PasswordHash, byte[]? InvitationHash, bool Administrator, bool ByAdministrator)
    : ICommand<AccountDto?>, IUnrepeatable, ISettlesDuplicates;

internal sealed class AddAccountValidator : AbstractValidator<AddAccount>;

internal sealed class AddAccountHandler(IAccounts accounts, IOneTimeCodes codes, IFacts facts, SecurityTrail trail, IChangeStamps stamps)
    : IRequestHandler<AddAccount, Saved<AccountDto?>>
{
    public async Task<Saved<AccountDto?>> Handle(AddAccount request, CancellationToken cancellationToken)
    {
        var (id, now) = (request.UserId, stamps.Now().At);
        await trail.BeginAsync(
            new(FactStreams.User, id, new UserRegistrationAttempted(id), code => new UserRegistrationFailed(id, code, null)), cancellationToken);
        var invitation = request.InvitationHash is { } hash ? await UseInvitationAsync(hash, request.Email, now, cancellationToken) : null;

        if (await accounts.FindByEmailAsync(request.Email, cancellationToken) is { } existing)
        {
            if (request.ByAdministrator)
                throw new DuplicateException("account");
            // No error: whoever asks must not learn of it. The owner of the address does, by mail.
            await facts.RecordAsync(FactStreams.User, id, new UserRegistrationFailed(id, "account.already_exists", existing.Row.Id), cancellationToken);
            return Saved.As<AccountDto?>(() => null);
        }

        var isConfirmed = request.ByAdministrator || invitation is not null;
        var isAdministrator = request.Administrator || invitation is { Administrator: true };
        var account = new NewAccount(
            new(id), request.Email, AccountRules.DisplayName.Accept(request.DisplayName), request.PasswordHash, isConfirmed, isAdministrator, now);
        await accounts.AddAsync(account, cancellationToken);
        var confirmation = isConfirmed ? null : OneTimeCode.Of(CodePurpose.Confirmation, new(id), now);
        if (confirmation is not null)
            codes.Add(confirmation);
        await facts.RecordAsync(
            FactStreams.User, id, new UserRegistrationSucceeded(id, isConfirmed, isAdministrator, confirmation?.Id), cancellationToken);
        return Saved.As<AccountDto?>(() => request.ByAdministrator ? DtoOf(account) : null);
    }

    /// <summary>The code came by mail, so it proves the address that it was sent to, and no other.</summary>
    private async Task<OneTimeCode> UseInvitationAsync(byte[] hash, string email, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (await codes.FindAsync(hash, cancellationToken) is not { Purpose: CodePurpose.Invitation } invitation
            || !invitation.IsValidAt(now)
            || !string.Equals(invitation.Email, email, StringComparison.OrdinalIgnoreCase))
            throw new CodeRefusedException();
        invitation.Use(now);
        return invitation;
    }

    private static AccountDto DtoOf(NewAccount account) =>
        new(account.Id.Value, account.Email, account.DisplayName, account.IsConfirmed, account.IsAdministrator, Disabled: false, TotpEnabled: false, account.At);
}
