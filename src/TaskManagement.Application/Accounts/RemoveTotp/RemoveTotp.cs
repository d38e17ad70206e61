using FluentValidation;
using MediatR;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Identity.Events;
using TaskManagement.Domain.Tasks;

namespace TaskManagement.Application.Accounts;

/// <summary>Does what is left to do of <see cref="DisableTotp" /> when the password is checked.</summary>
[Requires(Scopes.Account)]
public sealed record RemoveTotp : ICommand<UserId>, IUnrepeatable;

internal sealed class RemoveTotpValidator : AbstractValidator<RemoveTotp>;

internal sealed class RemoveTotpHandler(ICallContext call, IAccounts accounts, ITotp totp, IPasswordAttempts attempts, IFacts facts)
    : IRequestHandler<RemoveTotp, Saved<UserId>>
{
    public async Task<Saved<UserId>> Handle(RemoveTotp request, CancellationToken cancellationToken)
    {
        var account = await accounts.OfCallerAsync(call, cancellationToken);
        await attempts.ForgiveAsync(account.Row.Email, cancellationToken);
        await totp.DisableAsync(account.Id, cancellationToken);
        if (account.Row.HasTotp)
            await facts.RecordAsync(FactStreams.User, account.Row.Id, new UserTotpDisabled(account.Row.Id), cancellationToken);
        return Saved.As(() => account.Id);
    }
}
