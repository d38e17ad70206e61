using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using TaskManagement.Application.Accounts;
using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Tasks;
using TaskManagement.Infrastructure.Persistence;

namespace TaskManagement.Infrastructure.Identity;

internal sealed class SessionConfiguration : IEntityTypeConfiguration<Session>, IEntityTypeConfiguration<RefreshToken>
{
    public void Configure(EntityTypeBuilder<Session> builder)
    {
        builder.ToTable("sessions");
        builder.HasKey(session => session.Id);
        builder.Property(session => session.Id).ValueGeneratedNever();
        builder.Property(session => session.AccessHash).HasMaxLength(32);
        builder.HasIndex(session => session.AccessHash).IsUnique();
        builder.HasIndex(session => new { session.AccountId, session.CreatedAt });
        builder.HasIndex(session => session.ExpiresAt);
    }

    public void Configure(EntityTypeBuilder<RefreshToken> builder)
    {
        builder.ToTable("refresh_tokens");
        builder.HasKey(token => token.Hash);
        builder.Property(token => token.Hash).HasMaxLength(32);
        builder.HasOne<Session>().WithMany().HasForeignKey(token => token.SessionId).OnDelete(DeleteBehavior.Cascade);
        builder.HasIndex(token => token.ExpiresAt);
    }
}

internal sealed class Sessions(TaskManagementDbContext db) : ISessions
{
    public void Add(Session session) => db.Sessions.Add(session);

    public void Add(RefreshToken token) => db.RefreshTokens.Add(token);

    public Task<Session?> FindByRefreshTokenAsync(byte[] hash, CancellationToken cancellationToken) =>
        db.Sessions.SingleOrDefaultAsync(
            session => db.RefreshTokens.Any(token => token.Hash == hash && token.SessionId == session.Id), cancellationToken);

    public async Task<bool> TryUseAsync(byte[] hash, DateTimeOffset at, CancellationToken cancellationToken) =>
        await db.RefreshTokens.Where(token => token.Hash == hash && token.UsedAt == null && token.ExpiresAt > at)
            .ExecuteUpdateAsync(set => set.SetProperty(token => token.UsedAt, at), cancellationToken) == 1;

    public Task<Session?> FindAsync(SessionId id, CancellationToken cancellationToken) =>
        db.Sessions.SingleOrDefaultAsync(session => session.Id == id && session.EndedAt == null, cancellationToken);

    public async Task<IReadOnlyList<Session>> ListAsync(UserId person, CancellationToken cancellationToken) =>
        await db.Sessions.Where(session => session.AccountId == person && session.EndedAt == null)
            .OrderBy(session => session.CreatedAt).ThenBy(session => session.Id).ToListAsync(cancellationToken);
}
