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

/// <summary>Confirms that an address is its owner's, by the code that was mailed to it.</summary>
/// <param name="Code">The code.</param>
[Requires(Scopes.None)]
public sealed record ConfirmEmail(string Code) : ICommand<UserId>, IUnrepeatable;

internal sealed class ConfirmEmailValidator : AbstractValidator<ConfirmEmail>
{
    public ConfirmEmailValidator() => RuleFor(c => c.Code).Passes(AccountRules.CheckSecret);
}

internal sealed class ConfirmEmailHandler(
    IAccounts accounts, IOneTimeCodes codes, ISecrets secrets, IFacts facts, SecurityTrail trail, IChangeStamps stamps) : IRequestHandler<ConfirmEmail, Saved<UserId>>
{
    public async Task<Saved<UserId>> Handle(ConfirmEmail request, CancellationToken cancellationToken)
    {
        var now = stamps.Now().At;
        var code = await codes.FindAsync(secrets.Hash(request.Code), cancellationToken);
        var id = code?.AccountId?.Value ?? Guid.CreateVersion7();
        await trail.BeginAsync(
            new(FactStreams.User, id, new UserConfirmationAttempted(id), failure => new UserConfirmationFailed(id, failure)), cancellationToken);
        if (code is not { Purpose: CodePurpose.Confirmation or CodePurpose.EmailChange, AccountId: { } account } || !code.IsValidAt(now)
            || (code.Email is { } email && await accounts.FindByEmailAsync(email, cancellationToken) is { } other && other.Id != account))
            throw new CodeRefusedException();
        code.Use(now);
        await accounts.ChangeAsync(account, new(Email: code.Email, IsConfirmed: true), cancellationToken);
        await facts.RecordAsync(FactStreams.User, id, new UserConfirmationSucceeded(id, code.Purpose == CodePurpose.EmailChange), cancellationToken);
        return Saved.As(() => account);
    }
}
