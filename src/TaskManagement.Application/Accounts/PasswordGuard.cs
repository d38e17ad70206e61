using MediatR;
using TaskManagement.Application.Common;

namespace TaskManagement.Application.Accounts;

/// <summary>Checks the password that a person gives once more for what matters most.</summary>
internal sealed class PasswordGuard(IPasswords passwords, IPasswordAttempts attempts, ISender sender)
{
    /// <summary>Whether the password is right. Wrong ones count as when signing in, and are slowed together.</summary>
    public async Task<bool> IsRightAsync(KnownAccount account, string password, CancellationToken cancellationToken)
    {
        var attempt = await attempts.BeginAsync(account.Row.Email, cancellationToken);
        if (passwords.Verify(account.PasswordHash, password) && attempt.IsAdmitted)
            return true;
        await TellAsync(account, attempt, cancellationToken);
        return false;
    }

    /// <summary>Tells of an attempt that failed, if it was one too many.</summary>
    public async Task TellAsync(KnownAccount? account, PasswordAttempt attempt, CancellationToken cancellationToken)
    {
        if (attempt is { IsAdmitted: true, RefusedUntil: { } until })
            await sender.Send(new RefuseSignIns(account?.Row.Id, attempt.Failures, until), cancellationToken);
    }

    /// <summary>What who gave a wrong password is told.</summary>
    public static ForbiddenException Wrong() => new("auth.wrong_password", "The password is wrong, or not accepted for a while after too many wrong ones.");
}
