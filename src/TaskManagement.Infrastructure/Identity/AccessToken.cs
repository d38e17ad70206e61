using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace TaskManagement.Infrastructure.Identity;

/// <summary>A bearer token, of which only the hash is kept.</summary>
internal sealed class AccessToken
{
    public required Guid Id { get; init; }

    public required string Name { get; init; }

    public required byte[] Hash { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }
}

internal sealed class AccessTokenConfiguration : IEntityTypeConfiguration<AccessToken>
{
    public void Configure(EntityTypeBuilder<AccessToken> builder)
    {
        builder.ToTable("access_tokens");
        builder.HasKey(token => token.Id);
        builder.Property(token => token.Id).ValueGeneratedNever();
        builder.Property(token => token.Name).HasMaxLength(100);
        builder.Property(token => token.Hash).HasMaxLength(32);
        builder.HasIndex(token => token.Name).IsUnique();
        builder.HasIndex(token => token.Hash).IsUnique();
    }
}
