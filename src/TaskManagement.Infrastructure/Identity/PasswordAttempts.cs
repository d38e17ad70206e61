using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.Extensions.DependencyInjection;
using TaskManagement.Application.Accounts;
using TaskManagement.Infrastructure.Persistence;
using TaskManagement.Infrastructure.Persistence.Providers;

namespace TaskManagement.Infrastructure.Identity;

/// <summary>How many attempts at the password of an address failed in a row. The address is kept as a hash, since most may be those of no one here.</summary>
internal sealed class AttemptCount
{
    public required byte[] Target { get; init; }

    public int Failures { get; private set; }

    public DateTimeOffset LastAt { get; private set; }

    public bool IsRefusedAt(DateTimeOffset now) => now < LastAt + PasswordAttempt.RefusalAfter(Failures);

    public void Add(DateTimeOffset now) => (Failures, LastAt) = (Failures + 1, now);
}

internal sealed class AttemptCountConfiguration : IEntityTypeConfiguration<AttemptCount>
{
    public void Configure(EntityTypeBuilder<AttemptCount> builder)
    {
        builder.ToTable("password_attempts");
        builder.HasKey(count => count.Target);
        builder.Property(count => count.Target).HasMaxLength(32);
        builder.Property(count => count.Failures).IsConcurrencyToken();
        builder.HasIndex(count => count.LastAt);
    }
}

internal sealed class PasswordAttempts(
    TaskManagementDbContext db, DatabaseProvider provider, IServiceScopeFactory scopes, ILookupNormalizer normalizer, TimeProvider clock) : IPasswordAttempts
{
    public async Task<PasswordAttempt> BeginAsync(string email, CancellationToken cancellationToken)
    {
        // Not in the transaction of a command: it is kept whatever becomes of that.
        while (true)
        {
            using var turn = await provider.TakeWriteTurnAsync(cancellationToken);
            await using var scope = scopes.CreateAsyncScope();
            if (await TryCountAsync(scope.ServiceProvider.GetRequiredService<TaskManagementDbContext>(), email, cancellationToken) is { } attempt)
                return attempt;
        }
    }

    public async Task ForgiveAsync(string email, CancellationToken cancellationToken)
    {
        var target = TargetOf(email);
        await db.PasswordAttempts.Where(count => count.Target == target).ExecuteDeleteAsync(cancellationToken);
    }

    /// <summary>Counts an attempt; null if another was counted meanwhile.</summary>
    private async Task<PasswordAttempt?> TryCountAsync(TaskManagementDbContext own, string email, CancellationToken cancellationToken)
    {
        var target = TargetOf(email);
        var now = clock.GetUtcNow();
        var count = await own.PasswordAttempts.SingleOrDefaultAsync(known => known.Target == target, cancellationToken);
        if (count?.IsRefusedAt(now) == true)
            return new(IsAdmitted: false, count.Failures, RefusedUntil: null);
        if (count is null)
            own.PasswordAttempts.Add(count = new() { Target = target });
        count.Add(now);
        try
        {
            await own.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException exception) when (exception is DbUpdateConcurrencyException || provider.UniqueViolation(exception) is not null)
        {
            return null;
        }

        var refusal = PasswordAttempt.RefusalAfter(count.Failures);
        return new(IsAdmitted: true, count.Failures, refusal > TimeSpan.Zero ? Instants.ToMillisecond(now + refusal) : null);
    }

    private byte[] TargetOf(string email) => AccessTokens.Hash(normalizer.NormalizeEmail(email.Trim())!);
}

internal static class Instants
{
    /// <summary>A time as all are kept.</summary>
    public static DateTimeOffset ToMillisecond(DateTimeOffset time) => new(time.UtcTicks - time.UtcTicks % TimeSpan.TicksPerMillisecond, TimeSpan.Zero);
}
