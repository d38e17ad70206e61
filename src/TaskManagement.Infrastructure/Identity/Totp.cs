using System.Globalization;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using TaskManagement.Application.Accounts;
using TaskManagement.Domain.Tasks;
using TaskManagement.Infrastructure.Persistence;

namespace TaskManagement.Infrastructure.Identity;

internal sealed class Totp(UserManager<Account> users, TaskManagementDbContext db) : ITotp
{
    private const int RecoveryCodes = 10;
    private const string UsedProvider = "[TaskManagement]";
    private const string UsedName = "UsedOneTimePasswords";

    // A code is accepted for five steps, and in that time codes of nine.
    private const int MostUsed = 9;

    public async Task<string> MakeKeyAsync(UserId person, CancellationToken cancellationToken)
    {
        var account = await db.AccountOfAsync(person, cancellationToken);
        await users.ResetAuthenticatorKeyAsync(account);
        return (await users.GetAuthenticatorKeyAsync(account))!;
    }

    public async Task<bool> VerifyAsync(UserId person, string code, CancellationToken cancellationToken) =>
        await users.VerifyTwoFactorTokenAsync(await db.AccountOfAsync(person, cancellationToken), TokenOptions.DefaultAuthenticatorProvider, code);

    public async Task<IReadOnlyList<string>> EnableAsync(UserId person, CancellationToken cancellationToken)
    {
        var account = await db.AccountOfAsync(person, cancellationToken);
        await users.SetTwoFactorEnabledAsync(account, enabled: true);
        return [.. (await users.GenerateNewTwoFactorRecoveryCodesAsync(account, RecoveryCodes))!];
    }

    public async Task DisableAsync(UserId person, CancellationToken cancellationToken)
    {
        await users.SetTwoFactorEnabledAsync(await db.AccountOfAsync(person, cancellationToken), enabled: false);
        db.RemoveRange(await db.AccountTokens.Where(token => token.UserId == person.Value).ToListAsync(cancellationToken));
    }

    public async Task<bool> RedeemAsync(UserId person, string code, CancellationToken cancellationToken)
    {
        var account = await db.AccountOfAsync(person, cancellationToken);
        if (!await users.VerifyTwoFactorTokenAsync(account, TokenOptions.DefaultAuthenticatorProvider, code))
            return (await users.RedeemTwoFactorRecoveryCodeAsync(account, code)).Succeeded;
        var used = (await users.GetAuthenticationTokenAsync(account, UsedProvider, UsedName))?.Split(' ') ?? [];
        var normalized = int.Parse(code, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture);
        if (used.Contains(normalized, StringComparer.Ordinal))
            return false;
        // Used up, and so no secrets. Of two that come at once, one meets the other's stamp and tries again.
        await users.SetAuthenticationTokenAsync(account, UsedProvider, UsedName, string.Join(' ', used.Append(normalized).TakeLast(MostUsed)));
        return true;
    }
}
