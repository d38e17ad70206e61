using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace TaskManagement.Infrastructure.EventLog.Delivery;

/// <summary>
/// How far one partition of a subscription, or of a replay of it, has come in the log, and which node works on it. Progress and lease are one
/// row, so no one takes the lease over in the middle of a transaction that moves the cursor, and the other way round.
/// </summary>
internal sealed class EventCursor
{
    public required string Subscription { get; init; }

    /// <summary>0 for the live subscription; else the number of the replay.</summary>
    public long Replay { get; init; }

    public int Partition { get; init; }

    /// <summary>Everything up to this position is delivered or parked.</summary>
    public long Position { get; set; }

    /// <summary>Nothing beyond this position is delivered: the end of a replay, or where partitions are divided anew; null for no end.</summary>
    public long? StopAt { get; set; }

    /// <summary>Deliveries up to this position are repeated ones, since the subscription was sent back; 0 if it was not.</summary>
    public long ReplayUntil { get; set; }

    /// <summary>The position after which it began.</summary>
    public long StartedFrom { get; init; }

    /// <summary>The event types that a replay delivers, separated by commas; null for all that the subscription takes.</summary>
    public string? Types { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public string CreatedBy { get; init; } = "";

    /// <summary>Since when an operator has stopped it; of a replay, since when it is cancelled.</summary>
    public DateTimeOffset? PausedAt { get; set; }

    /// <summary>The node that works on it, or null.</summary>
    public string? Holder { get; set; }

    /// <summary>Until when the lease holds, by the database's clock.</summary>
    public DateTimeOffset? LeaseUntil { get; set; }

    /// <summary>Rises with every change of holder. Who comes with an older one has lost the lease, and can neither move the cursor nor commit.</summary>
    public long Token { get; set; }

    /// <summary>The position of an event that is being handled with care, after an unclean end; null if none is.</summary>
    public long? AttemptPosition { get; set; }

    /// <summary>What its handler said that can't be reached; null if all is well.</summary>
    public string? Obstacle { get; set; }

    /// <summary>Since when.</summary>
    public DateTimeOffset? ObstacleSince { get; set; }

    /// <summary>Events delivered, of a replay.</summary>
    public long Delivered { get; set; }
}

internal sealed class EventCursorConfiguration : IEntityTypeConfiguration<EventCursor>
{
    /// <summary>The longest obstacle kept, in characters.</summary>
    public const int MaxObstacleLength = 1000;

    public void Configure(EntityTypeBuilder<EventCursor> builder)
    {
        builder.ToTable("event_cursors");
        builder.HasKey(cursor => new { cursor.Subscription, cursor.Replay, cursor.Partition });
        builder.Property(cursor => cursor.Subscription).HasMaxLength(100);
        builder.Property(cursor => cursor.CreatedBy).HasMaxLength(100);
        builder.Property(cursor => cursor.Holder).HasMaxLength(100);
        builder.Property(cursor => cursor.Obstacle).HasMaxLength(MaxObstacleLength);
    }
}
