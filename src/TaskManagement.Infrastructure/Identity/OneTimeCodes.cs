using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using TaskManagement.Application.Accounts;
using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Tasks;
using TaskManagement.Infrastructure.Persistence;

namespace TaskManagement.Infrastructure.Identity;

internal sealed class OneTimeCodeConfiguration : IEntityTypeConfiguration<OneTimeCode>
{
    public void Configure(EntityTypeBuilder<OneTimeCode> builder)
    {
        builder.ToTable("one_time_codes");
        builder.HasKey(code => code.Id);
        builder.Property(code => code.Id).ValueGeneratedNever();
        builder.Property(code => code.Purpose).HasConversion<string>().HasMaxLength(20);
        builder.Property(code => code.Email).HasMaxLength(2 * AccountRules.MaxEmailLength);
        builder.Property(code => code.Hash).HasMaxLength(32);
        // Of several who come with it at once, one is first.
        builder.Property(code => code.UsedAt).IsConcurrencyToken();
        builder.HasIndex(code => code.Hash).IsUnique().HasFilter("hash IS NOT NULL");
        builder.HasIndex(code => code.AccountId);
        builder.HasIndex(code => code.ExpiresAt);
    }
}

internal sealed class OneTimeCodes(TaskManagementDbContext db) : IOneTimeCodes
{
    public void Add(OneTimeCode code) => db.OneTimeCodes.Add(code);

    public Task<OneTimeCode?> FindAsync(Guid id, CancellationToken cancellationToken) =>
        db.OneTimeCodes.SingleOrDefaultAsync(code => code.Id == id, cancellationToken);

    public Task<OneTimeCode?> FindAsync(byte[] hash, CancellationToken cancellationToken) =>
        db.OneTimeCodes.SingleOrDefaultAsync(code => code.Hash == hash, cancellationToken);

    public async Task RemoveAllAsync(UserId person, CancellationToken cancellationToken) =>
        db.OneTimeCodes.RemoveRange(await db.OneTimeCodes.Where(code => code.AccountId == person).ToListAsync(cancellationToken));
}
