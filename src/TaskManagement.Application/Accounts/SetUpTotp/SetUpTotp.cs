using FluentValidation;
using MediatR;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Domain.Common;
using TaskManagement.Domain.Identity;

namespace TaskManagement.Application.Accounts;

/// <summary>Makes a key for one-time passwords, to be put into an app. They are asked for when the first one is confirmed.</summary>
[Requires(Scopes.Account)]
public sealed record SetUpTotp : ICommand<TotpKeyDto>, IUnrepeatable;

/// <summary>A key for one-time passwords, shown this once.</summary>
/// <param name="Secret">The key, in base 32.</param>
/// <param name="Uri">The same as apps read it, from a QR code for example.</param>
public sealed record TotpKeyDto(string Secret, string Uri);

internal sealed class SetUpTotpValidator : AbstractValidator<SetUpTotp>;

internal sealed class SetUpTotpHandler(ICallContext call, IAccounts accounts, ITotp totp) : IRequestHandler<SetUpTotp, Saved<TotpKeyDto>>
{
    public async Task<Saved<TotpKeyDto>> Handle(SetUpTotp request, CancellationToken cancellationToken)
    {
        var account = await accounts.OfCallerAsync(call, cancellationToken);
        if (account.Row.HasTotp)
            throw new DomainException("totp.enabled", "One-time passwords are asked for already. Disable them first.");
        var secret = await totp.MakeKeyAsync(account.Id, cancellationToken);
        var name = Uri.EscapeDataString($"TaskManagement:{account.Row.Email}");
        return Saved.As(() => new TotpKeyDto(secret, $"otpauth://totp/{name}?secret={secret}&issuer=TaskManagement&digits=6"));
    }
}
