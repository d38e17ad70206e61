using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using TaskManagement.Domain.Identity;

namespace TaskManagement.Infrastructure.Identity;

internal sealed class AccessTokenConfiguration : IEntityTypeConfiguration<AccessToken>
{
    public void Configure(EntityTypeBuilder<AccessToken> builder)
    {
        builder.ToTable("access_tokens");
        builder.HasKey(token => token.Id);
        builder.Property(token => token.Id).ValueGeneratedNever();
        builder.Property(token => token.Name).HasMaxLength(200);
        builder.Property(token => token.Hash).HasMaxLength(32);
        builder.Property(token => token.Scopes).HasConversion<ScopesConverter>().HasMaxLength(100);
        // Two, since databases do not agree on whether nobody is the same as nobody.
        builder.HasIndex(token => token.Name).IsUnique().HasFilter("revoked_at IS NULL AND owner IS NULL");
        builder.HasIndex(token => new { token.Owner, token.Name }).IsUnique().HasFilter("revoked_at IS NULL AND owner IS NOT NULL");
        builder.HasIndex(token => token.Hash).IsUnique();
        builder.HasIndex(token => new { token.CreatedAt, token.Id });
    }

    /// <summary>In words, so that the order of the values in the code is no one else's business.</summary>
    private sealed class ScopesConverter() : ValueConverter<Scopes, string>(scopes => ScopeWords.Format(scopes), text => ScopeWords.ParseAll(text));
}
