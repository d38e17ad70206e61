using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using TaskManagement.Domain.Identity;
using TaskManagement.Infrastructure.Persistence;

namespace TaskManagement.Infrastructure.Identity;

/// <summary>The account of a person. It is no aggregate: what happened to it is told by facts with its id, and nothing personal is in those.</summary>
internal sealed class Account : IdentityUser<Guid>
{
    public string DisplayName { get; set; } = "";

    public bool IsAdministrator { get; set; }

    public bool IsDisabled { get; set; }

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was erased; then its id is all that is left of it.</summary>
    public DateTimeOffset? DeletedAt { get; set; }
}

internal sealed class AccountConfiguration : IEntityTypeConfiguration<Account>, IEntityTypeConfiguration<IdentityUserToken<Guid>>
{
    public void Configure(EntityTypeBuilder<Account> builder)
    {
        builder.ToTable("accounts");
        builder.HasKey(account => account.Id);
        builder.Property(account => account.Id).ValueGeneratedNever();
        builder.Property(account => account.DisplayName).HasMaxLength(200);
        // Upper case can be longer than what was written.
        builder.Property(account => account.Email).HasMaxLength(2 * AccountRules.MaxEmailLength);
        builder.Property(account => account.NormalizedEmail).HasMaxLength(2 * AccountRules.MaxEmailLength);
        builder.Property(account => account.PasswordHash).HasMaxLength(200);
        builder.Property(account => account.SecurityStamp).HasMaxLength(100);
        builder.Property(account => account.ConcurrencyStamp).HasMaxLength(100).IsConcurrencyToken();
        // People are known by their address, called one at a time by mail, and slowed by PasswordAttempt whether or not they have an account.
        builder.Ignore(account => account.UserName).Ignore(account => account.NormalizedUserName)
            .Ignore(account => account.PhoneNumber).Ignore(account => account.PhoneNumberConfirmed)
            .Ignore(account => account.LockoutEnabled).Ignore(account => account.LockoutEnd).Ignore(account => account.AccessFailedCount);
        builder.HasIndex(account => account.NormalizedEmail).IsUnique().HasFilter("normalized_email IS NOT NULL");
        builder.HasIndex(account => new { account.CreatedAt, account.Id }).HasFilter("deleted_at IS NULL");
    }

    public void Configure(EntityTypeBuilder<IdentityUserToken<Guid>> builder)
    {
        builder.ToTable("account_tokens");
        builder.HasKey(token => new { token.UserId, token.LoginProvider, token.Name });
        builder.Property(token => token.LoginProvider).HasMaxLength(100);
        builder.Property(token => token.Name).HasMaxLength(100);
        builder.HasOne<Account>().WithMany().HasForeignKey(token => token.UserId).OnDelete(DeleteBehavior.Cascade);
    }
}

/// <summary>Keeps accounts where Identity's manager looks for them. The unit of work saves; of recovery codes only hashes are kept.</summary>
internal sealed class AccountStore : UserOnlyStore<Account, TaskManagementDbContext, Guid>
{
    public AccountStore(TaskManagementDbContext db, IdentityErrorDescriber describer)
        : base(db, describer) => AutoSaveChanges = false;

    // Identity's own attaches the account anew, and with it forgets by which stamp it was read: here several steps are saved at once.
    public override Task<IdentityResult> UpdateAsync(Account user, CancellationToken cancellationToken = default)
    {
        user.ConcurrencyStamp = Guid.CreateVersion7().ToString();
        return Task.FromResult(IdentityResult.Success);
    }

    public override Task ReplaceCodesAsync(Account user, IEnumerable<string> recoveryCodes, CancellationToken cancellationToken) =>
        base.ReplaceCodesAsync(user, recoveryCodes.Select(HashOf), cancellationToken);

    public override Task<bool> RedeemCodeAsync(Account user, string code, CancellationToken cancellationToken) =>
        base.RedeemCodeAsync(user, HashOf(code), cancellationToken);

    private static string HashOf(string code) => Convert.ToHexStringLower(AccessTokens.Hash(code));
}
