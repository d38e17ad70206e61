using System.Linq.Expressions;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using TaskManagement.Application.Accounts;
using TaskManagement.Application.Common;
using TaskManagement.Domain.Tasks;
using TaskManagement.Infrastructure.Persistence;

namespace TaskManagement.Infrastructure.Identity;

internal sealed class Accounts(UserManager<Account> users, TaskManagementDbContext db, TimeProvider clock) : IAccounts
{
    public static readonly Expression<Func<Account, AccountRow>> AsRow = account => new AccountRow
    {
        Id = account.Id,
        Email = account.Email!,
        DisplayName = account.DisplayName,
        IsConfirmed = account.EmailConfirmed,
        IsAdministrator = account.IsAdministrator,
        IsDisabled = account.IsDisabled,
        HasTotp = account.TwoFactorEnabled,
        CreatedAt = account.CreatedAt,
    };

    private static readonly Func<Account, AccountRow> ToRow = AsRow.Compile();

    public async Task<KnownAccount?> FindAsync(UserId id, CancellationToken cancellationToken) =>
        Known(await db.Accounts.SingleOrDefaultAsync(account => account.Id == id.Value && account.DeletedAt == null, cancellationToken));

    public async Task<KnownAccount?> FindByEmailAsync(string email, CancellationToken cancellationToken)
    {
        var normalized = users.NormalizeEmail(email.Trim());
        return Known(await db.Accounts.SingleOrDefaultAsync(account => account.NormalizedEmail == normalized, cancellationToken));
    }

    public async Task AddAsync(NewAccount account, CancellationToken cancellationToken) => Check(await users.CreateAsync(new()
    {
        Id = account.Id.Value,
        Email = account.Email,
        DisplayName = account.DisplayName,
        PasswordHash = account.PasswordHash,
        EmailConfirmed = account.IsConfirmed,
        IsAdministrator = account.IsAdministrator,
        CreatedAt = account.At,
    }));

    public async Task ChangeAsync(UserId id, AccountChange change, CancellationToken cancellationToken)
    {
        var account = await db.AccountOfAsync(id, cancellationToken);
        account.DisplayName = change.DisplayName ?? account.DisplayName;
        account.Email = change.Email ?? account.Email;
        account.EmailConfirmed = change.IsConfirmed ?? account.EmailConfirmed;
        account.PasswordHash = change.PasswordHash ?? account.PasswordHash;
        account.IsAdministrator = change.IsAdministrator ?? account.IsAdministrator;
        account.IsDisabled = change.IsDisabled ?? account.IsDisabled;
        Check(await users.UpdateAsync(account));
    }

    public async Task EraseAsync(UserId id, CancellationToken cancellationToken)
    {
        var account = await db.AccountOfAsync(id, cancellationToken);
        (account.Email, account.PasswordHash, account.DisplayName, account.DeletedAt) = (null, null, "", clock.GetUtcNow());
        (account.EmailConfirmed, account.IsAdministrator, account.IsDisabled) = (false, false, true);
        Check(await users.UpdateAsync(account));
    }

    private static KnownAccount? Known(Account? account) => account is null ? null : new(ToRow(account), account.PasswordHash);

    // What people may say is checked before, so this is a fault of the service.
    private static void Check(IdentityResult result)
    {
        if (!result.Succeeded)
            throw new InvalidOperationException($"The account was refused: {string.Join(", ", result.Errors.Select(error => error.Code))}.");
    }
}

internal static class AccountQueries
{
    /// <summary>An account that is not deleted, to be changed.</summary>
    /// <exception cref="NotFoundException">There is none.</exception>
    public static async Task<Account> AccountOfAsync(this TaskManagementDbContext db, UserId id, CancellationToken cancellationToken) =>
        await db.Accounts.SingleOrDefaultAsync(account => account.Id == id.Value && account.DeletedAt == null, cancellationToken)
        ?? throw new NotFoundException("account", id);
}
