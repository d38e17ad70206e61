using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using TaskManagement.Application.Common;
using TaskManagement.Domain.Common;
using TaskManagement.Infrastructure.EventLog;
using TaskManagement.Infrastructure.Persistence;

namespace TaskManagement.Infrastructure.Idempotency;

/// <summary>The answer to a command that carried an idempotency key.</summary>
internal sealed class IdempotencyRecord : ICompletedOnSave
{
    private Func<string>? _answer;

    public required ActorId Actor { get; init; }

    public required string Key { get; init; }

    public string RequestHash { get; private set; } = "";

    public string Answer { get; private set; } = "";

    public DateTimeOffset CreatedAt { get; private set; }

    public void Write(string requestHash, Func<string> answer, DateTimeOffset now)
    {
        RequestHash = requestHash;
        CreatedAt = now;
        _answer = answer;
    }

    public void Complete()
    {
        if (_answer is not null)
            Answer = _answer();
    }
}

internal sealed class IdempotencyRecordConfiguration : IEntityTypeConfiguration<IdempotencyRecord>
{
    public void Configure(EntityTypeBuilder<IdempotencyRecord> builder)
    {
        builder.ToTable("idempotency_keys");
        builder.HasKey(record => new { record.Actor, record.Key });
        builder.Property(record => record.Key).HasMaxLength(255);
        builder.Property(record => record.RequestHash).HasMaxLength(64);
        // Of several that write over the same expired record at once, one is first, and the others get its answer.
        builder.Property(record => record.CreatedAt).IsConcurrencyToken();
        builder.HasIndex(record => record.CreatedAt);
    }
}

internal sealed class IdempotencyStore(TaskManagementDbContext db, TimeProvider clock) : IIdempotencyStore
{
    public async Task<StoredAnswer?> FindAsync(ActorId actor, string key, CancellationToken cancellationToken)
    {
        var record = await db.IdempotencyKeys.FindAsync([actor, key], cancellationToken);
        return record is null || record.CreatedAt <= clock.GetUtcNow() - IIdempotencyStore.Retention
            ? null
            : new(record.RequestHash, record.Answer);
    }

    public void Add(ActorId actor, string key, string requestHash, Func<string> answer)
    {
        // One that has expired and was not cleaned up yet is written over.
        var record = db.IdempotencyKeys.Local.FindEntryUntyped([actor, key])?.Entity
            ?? db.IdempotencyKeys.Add(new() { Actor = actor, Key = key }).Entity;
        record.Write(requestHash, answer, clock.GetUtcNow());
    }
}
