using FluentValidation;
using MediatR;
using Microsoft.Extensions.Options;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Domain.Common;
using TaskManagement.Domain.Identity;

namespace TaskManagement.Application.Accounts;

/// <summary>
/// Registers an account. Who is no administrator gets the same answer whether or not the address has an account already; its owner is told by mail.
/// </summary>
/// <param name="Email">The address: <c>ann@example.org</c>.</param>
/// <param name="DisplayName">What the person is called, in 1–100 characters.</param>
/// <param name="Password">12–200 characters.</param>
/// <param name="Invitation">The code of an invitation, if one is needed.</param>
/// <param name="Administrator">Whether as an administrator, which only one can say.</param>
[Requires(Scopes.None)]
public sealed record RegisterAccount(string Email, string DisplayName, string Password, string? Invitation = null, bool Administrator = false)
    : IGuardedRequest<AccountDto?>;

internal sealed class RegisterAccountValidator : AbstractValidator<RegisterAccount>
{
    public RegisterAccountValidator()
    {
        RuleFor(c => c.Email).Passes(AccountRules.CheckEmail);
        RuleFor(c => c.DisplayName).Passes(AccountRules.DisplayName.Check);
        RuleFor(c => c.Password).Passes(AccountRules.CheckPassword);
        RuleFor(c => c.Invitation).PassesIfPresent(AccountRules.CheckSecret);
    }
}

internal sealed class RegisterAccountHandler(
    ICallContext call, IOptions<AccountsOptions> options, IPasswords passwords, ISecrets secrets, ISender sender) : IRequestHandler<RegisterAccount, AccountDto?>
{
    public async Task<AccountDto?> Handle(RegisterAccount request, CancellationToken cancellationToken)
    {
        var isByAdministrator = call.Scopes.Include(Scopes.Admin);
        if (!isByAdministrator)
            CheckAdmission(request);
        var added = await sender.Send(
            new AddAccount(
                Guid.CreateVersion7(),
                request.Email.Trim(),
                request.DisplayName,
                passwords.Hash(request.Password),
                request.Invitation is { } code ? secrets.Hash(code) : null,
                request.Administrator,
                isByAdministrator),
            cancellationToken);
        return added.Value;
    }

    private void CheckAdmission(RegisterAccount request)
    {
        if (request.Administrator)
            throw new InvalidRequestException(RequestError.At("/administrator", new("administrator.not_allowed", "Only an administrator can make another.")));
        var mode = options.Value.Registration;
        if (mode == RegistrationMode.Closed)
            throw new DomainException("registration.closed", "No one can register here. Ask an administrator for an account.");
        if (mode == RegistrationMode.Invitation && request.Invitation is null)
            throw new DomainException("registration.by_invitation", "Registration needs an invitation. Ask an administrator for one.");
    }
}
