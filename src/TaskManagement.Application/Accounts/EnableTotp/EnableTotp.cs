using FluentValidation;
using MediatR;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Domain.Common;
using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Identity.Events;

namespace TaskManagement.Application.Accounts;

/// <summary>Asks for one-time passwords from now on, if the app has the key: the first one proves it.</summary>
/// <param name="Code">A one-time password.</param>
[Requires(Scopes.Account)]
public sealed record EnableTotp(string Code) : ICommand<RecoveryCodesDto>, IUnrepeatable;

/// <summary>Codes that stand in for a lost device, each once. Shown this once.</summary>
/// <param name="RecoveryCodes">The codes.</param>
public sealed record RecoveryCodesDto(IReadOnlyList<string> RecoveryCodes);

internal sealed class EnableTotpValidator : AbstractValidator<EnableTotp>
{
    public EnableTotpValidator() => RuleFor(c => c.Code).Passes(AccountRules.CheckSecret);
}

internal sealed class EnableTotpHandler(ICallContext call, IAccounts accounts, ITotp totp, IFacts facts) : IRequestHandler<EnableTotp, Saved<RecoveryCodesDto>>
{
    public async Task<Saved<RecoveryCodesDto>> Handle(EnableTotp request, CancellationToken cancellationToken)
    {
        var account = await accounts.OfCallerAsync(call, cancellationToken);
        if (account.Row.HasTotp)
            throw new DomainException("totp.enabled", "One-time passwords are asked for already.");
        if (!await totp.VerifyAsync(account.Id, request.Code, cancellationToken))
            throw new CodeRefusedException();
        var codes = await totp.EnableAsync(account.Id, cancellationToken);
        await facts.RecordAsync(FactStreams.User, account.Row.Id, new UserTotpEnabled(account.Row.Id), cancellationToken);
        return Saved.As(() => new RecoveryCodesDto(codes));
    }
}
