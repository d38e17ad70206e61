using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace TaskManagement.Infrastructure.EventLog.Delivery;

/// <summary>A process that delivers events.</summary>
internal sealed class EventNode
{
    public required string Id { get; init; }

    public DateTimeOffset StartedAt { get; init; }

    /// <summary>When it was last heard of, by the database's clock.</summary>
    public DateTimeOffset SeenAt { get; set; }
}

internal sealed class EventNodeConfiguration : IEntityTypeConfiguration<EventNode>
{
    public void Configure(EntityTypeBuilder<EventNode> builder)
    {
        builder.ToTable("event_nodes");
        builder.HasKey(node => node.Id);
        builder.Property(node => node.Id).HasMaxLength(100);
    }
}
