using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace TaskManagement.Infrastructure.EventLog.Delivery;

/// <summary>An event whose delivery to a subscription failed, or that waits behind one of the same aggregate.</summary>
internal sealed class ParkedEvent
{
    public long Id { get; init; }

    public required string Subscription { get; init; }

    /// <summary>0 for the live subscription; else the number of the replay.</summary>
    public required long Replay { get; init; }

    public required long Position { get; init; }

    public required Guid EventId { get; init; }

    public required string EventType { get; init; }

    public required string StreamType { get; init; }

    /// <summary>The aggregate, whose later events wait behind this one.</summary>
    public required Guid StreamId { get; init; }

    /// <summary>The number by which the aggregate belongs to a partition.</summary>
    public required int Lane { get; init; }

    public required ParkedStatus Status { get; set; }

    public int Attempts { get; set; }

    /// <summary>When it is tried next, by the database's clock; null while it waits behind another, or is tried no more.</summary>
    public DateTimeOffset? NextAttemptAt { get; set; }

    /// <summary>When the attempt at hand began; still set when the process ended in the middle of it.</summary>
    public DateTimeOffset? AttemptStartedAt { get; set; }

    /// <summary>How often the process ended during an attempt.</summary>
    public int Crashes { get; set; }

    public string? Error { get; set; }

    public required DateTimeOffset ParkedAt { get; init; }

    public DateTimeOffset? DeadAt { get; set; }

    /// <summary>Whether an attempt at it did not come to an end, so that it is tried apart from all others.</summary>
    public bool IsSuspect => Crashes > 0 || AttemptStartedAt is not null;
}

/// <summary>Why a parked event is parked.</summary>
internal enum ParkedStatus
{
    /// <summary>It failed and will be tried again.</summary>
    Retrying,

    /// <summary>It waits behind an earlier event of its aggregate.</summary>
    Behind,

    /// <summary>It is tried no more, unless someone asks for it.</summary>
    Dead,
}

internal sealed class ParkedEventConfiguration : IEntityTypeConfiguration<ParkedEvent>
{
    /// <summary>The longest error kept, in characters.</summary>
    public const int MaxErrorLength = 4000;

    public void Configure(EntityTypeBuilder<ParkedEvent> builder)
    {
        builder.ToTable("parked_events");
        builder.HasKey(parked => parked.Id);
        builder.Ignore(parked => parked.IsSuspect);
        builder.Property(parked => parked.Subscription).HasMaxLength(100);
        builder.Property(parked => parked.EventType).HasMaxLength(100);
        builder.Property(parked => parked.StreamType).HasMaxLength(50);
        builder.Property(parked => parked.Error).HasMaxLength(MaxErrorLength);
        builder.HasIndex(parked => new { parked.Subscription, parked.Replay, parked.Position }).IsUnique();
        builder.HasIndex(parked => new { parked.Subscription, parked.Replay, parked.StreamId, parked.Position });
        builder.HasIndex(parked => new { parked.Subscription, parked.Replay, parked.NextAttemptAt }).HasFilter("next_attempt_at IS NOT NULL");
    }
}
