using FluentValidation;
using MediatR;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Domain.Identity;

namespace TaskManagement.Application.Accounts;

/// <summary>Begins a session. Why it does not, no one is told.</summary>
/// <param name="Email">The address of the account.</param>
/// <param name="Password">The password.</param>
/// <param name="Code">The one-time password, or a recovery code, if the account asks for one.</param>
[Requires(Scopes.None)]
public sealed record SignIn(string Email, string Password, string? Code = null) : IGuardedRequest<SessionTokensDto>;

/// <summary>The tokens of a session, shown this once.</summary>
/// <param name="SessionId">The session.</param>
/// <param name="AccessToken">The bearer token of calls.</param>
/// <param name="ExpiresAt">Until when it is accepted, in UTC.</param>
/// <param name="RefreshToken">What continues the session, once: the answer has another.</param>
/// <param name="RefreshExpiresAt">Until when that is accepted, in UTC.</param>
public sealed record SessionTokensDto(Guid SessionId, string AccessToken, DateTimeOffset ExpiresAt, string RefreshToken, DateTimeOffset RefreshExpiresAt);

internal sealed class SignInValidator : AbstractValidator<SignIn>
{
    public SignInValidator()
    {
        RuleFor(c => c.Email).Passes(AccountRules.CheckEmail);
        RuleFor(c => c.Password).Passes(AccountRules.CheckGivenPassword);
        RuleFor(c => c.Code).PassesIfPresent(AccountRules.CheckSecret);
    }
}

internal sealed class SignInHandler(
    IAccounts accounts, IPasswords passwords, IPasswordAttempts attempts, PasswordGuard guard, ISender sender) : IRequestHandler<SignIn, SessionTokensDto>
{
    public async Task<SessionTokensDto> Handle(SignIn request, CancellationToken cancellationToken)
    {
        // The same steps whatever is wrong, one hash among them: the time that they take tells nothing.
        var email = request.Email.Trim();
        var attempt = await attempts.BeginAsync(email, cancellationToken);
        var account = await accounts.FindByEmailAsync(email, cancellationToken);
        var isRight = passwords.Verify(account?.PasswordHash, request.Password);
        var hasTotp = account is { Row.HasTotp: true };
        var isProven = isRight && attempt.IsAdmitted && account is { Row: { IsConfirmed: true, IsDisabled: false } } && (!hasTotp || request.Code is not null);
        try
        {
            var session = new OpenSession(Guid.CreateVersion7(), account?.Row.Id, email, isProven, hasTotp ? request.Code : null);
            return (await sender.Send(session, cancellationToken)).Value;
        }
        catch (AuthenticationFailedException)
        {
            await guard.TellAsync(account, attempt, cancellationToken);
            throw;
        }
    }
}
