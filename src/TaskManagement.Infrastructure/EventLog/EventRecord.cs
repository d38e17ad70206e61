using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using TaskManagement.Application.Common;
using TaskManagement.Domain.Common;

namespace TaskManagement.Infrastructure.EventLog;

/// <summary>
/// A row of the event log. Rows are added and never changed, but for the position they are given and the address that may be erased; the table is the audit trail and the outbox.
/// <see cref="Id"/> follows the order of raising within a transaction. Across transactions it is the order of insertion, which is not that
/// of commit: nobody outside may page by it.
/// </summary>
internal sealed class EventRecord
{
    public long Id { get; init; }

    public required Guid EventId { get; init; }

    public required string StreamType { get; init; }

    public required Guid StreamId { get; init; }

    public required long StreamVersion { get; init; }

    public required string Type { get; init; }

    public required int TypeVersion { get; init; }

    public required string Payload { get; init; }

    public required ActorId Actor { get; init; }

    public required string CorrelationId { get; init; }

    public required Guid CausationId { get; init; }

    public required string? TraceParent { get; init; }

    public required int CausationDepth { get; init; }

    public required DateTimeOffset OccurredAt { get; init; }

    /// <summary>The address of the client that caused it; null for what the service did itself, and where it was erased.</summary>
    public string? Address { get; init; }

    /// <summary>
    /// The event's place in the order of commit, from 1 without gaps; null until the sequencer gives it, just after the commit.
    /// Not in SQLite, where transactions are committed one by one and <see cref="Id"/> is that place.
    /// </summary>
    public long? Position { get; init; }
}

internal sealed class EventRecordConfiguration : IEntityTypeConfiguration<EventRecord>
{
    public void Configure(EntityTypeBuilder<EventRecord> builder)
    {
        builder.ToTable("event_log");
        builder.HasKey(record => record.Id);
        builder.Property(record => record.StreamType).HasMaxLength(50);
        builder.Property(record => record.Type).HasMaxLength(100);
        builder.Property(record => record.CorrelationId).HasMaxLength(128);
        builder.Property(record => record.TraceParent).HasMaxLength(64);
        builder.Property(record => record.Address).HasMaxLength(ClientAddress.MaxLength);
        builder.HasIndex(record => record.EventId).IsUnique();
        builder.HasIndex(record => record.Position).IsUnique();
        // So that the few events of a rare type, of one actor or from one address, are found without reading all others.
        builder.HasIndex(record => new { record.Type, record.Position });
        builder.HasIndex(record => new { record.Actor, record.Position });
        builder.HasIndex(record => new { record.Address, record.Position });
        // Unique, so that two transactions can't both append the next version: the order of an aggregate's events is that of its versions.
        builder.HasIndex(record => new { record.StreamId, record.StreamType, record.StreamVersion }).IsUnique();
    }
}
