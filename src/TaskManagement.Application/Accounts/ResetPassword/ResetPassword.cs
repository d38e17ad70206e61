using FluentValidation;
using MediatR;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Tasks;

namespace TaskManagement.Application.Accounts;

/// <summary>Sets a password by the code that was mailed. It confirms the address too, and ends all sessions.</summary>
/// <param name="Code">The code.</param>
/// <param name="Password">The new password, in 12–200 characters.</param>
[Requires(Scopes.None)]
public sealed record ResetPassword(string Code, string Password) : IGuardedRequest<UserId>;

internal sealed class ResetPasswordValidator : AbstractValidator<ResetPassword>
{
    public ResetPasswordValidator()
    {
        RuleFor(c => c.Code).Passes(AccountRules.CheckSecret);
        RuleFor(c => c.Password).Passes(AccountRules.CheckPassword);
    }
}

internal sealed class ResetPasswordHandler(IPasswords passwords, ISecrets secrets, ISender sender) : IRequestHandler<ResetPassword, UserId>
{
    public async Task<UserId> Handle(ResetPassword request, CancellationToken cancellationToken) =>
        (await sender.Send(new SetPassword(secrets.Hash(request.Code), passwords.Hash(request.Password)), cancellationToken)).Value;
}
