using FluentValidation;
using MediatR;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Application.Identity;
using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Identity.Events;
using TaskManagement.Domain.Tasks;

namespace TaskManagement.Application.Accounts;

/// <summary>Does what is left to do of <see cref="DeleteMe" /> when the password is checked.</summary>
[Requires(Scopes.Account)]
public sealed record EraseAccount : ICommand<UserId>, IUnrepeatable;

internal sealed class EraseAccountValidator : AbstractValidator<EraseAccount>;

internal sealed class EraseAccountHandler(
    ICallContext call,
    IAccounts accounts,
    IAccessTokenRepository tokens,
    IOneTimeCodes codes,
    IPasswordAttempts attempts,
    ITotp totp,
    IEnumerable<IPersonalData> personalData,
    IFacts facts,
    IChangeStamps stamps) : IRequestHandler<EraseAccount, Saved<UserId>>
{
    public async Task<Saved<UserId>> Handle(EraseAccount request, CancellationToken cancellationToken)
    {
        var account = await accounts.OfCallerAsync(call, cancellationToken);
        var person = account.Id;
        foreach (var kept in personalData)
            await kept.EraseAsync(person, cancellationToken);
        foreach (var token in await tokens.ListAsync(person, cancellationToken))
        {
            token.Revoke(stamps.Now().At);
            await facts.RecordAsync(FactStreams.Token, token.Id.Value, new TokenRevoked(token.Id.Value, token.Name), cancellationToken);
        }

        await codes.RemoveAllAsync(person, cancellationToken);
        await attempts.ForgiveAsync(account.Row.Email, cancellationToken);
        await totp.DisableAsync(person, cancellationToken);
        await accounts.EraseAsync(person, cancellationToken);
        await facts.RecordAsync(FactStreams.User, person.Value, new UserDeleted(person.Value), cancellationToken);
        return Saved.As(() => person);
    }
}
