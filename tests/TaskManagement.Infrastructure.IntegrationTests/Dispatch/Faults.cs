using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.DependencyInjection;
using TaskManagement.Infrastructure.Persistence.Providers;

namespace TaskManagement.Infrastructure.IntegrationTests.Dispatch;

/// <summary>What a test's own handler throws.</summary>
public sealed class HandlerFailedException() : Exception("A handler of a test failed.");

/// <summary>Where a commit breaks off.</summary>
public enum CommitFault
{
    /// <summary>The transaction is not committed.</summary>
    Before,

    /// <summary>It is, but the answer is lost.</summary>
    After,
}

/// <summary>Breaks off one commit in a way that every retrying execution strategy takes for passing.</summary>
internal sealed class FailingCommit(CommitFault fault) : DbTransactionInterceptor
{
    private int _armed;

    public void Arm() => _armed = 1;

    public override ValueTask<InterceptionResult> TransactionCommittingAsync(
        DbTransaction transaction, TransactionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default)
    {
        FailIf(CommitFault.Before);
        return ValueTask.FromResult(result);
    }

    public override Task TransactionCommittedAsync(
        DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        FailIf(CommitFault.After);
        return Task.CompletedTask;
    }

    private void FailIf(CommitFault at)
    {
        if (fault == at && Interlocked.Exchange(ref _armed, 0) == 1)
            throw new TimeoutException("The connection was lost.");
    }
}

internal static class SqliteRetries
{
    /// <summary>SQLite has no retrying execution strategy of its own.</summary>
    public static IServiceCollection RetryOnSqlite(this IServiceCollection services) =>
        services.ConfigureDbContext<SqliteDbContext>(builder =>
            builder.UseSqlite(sqlite => sqlite.ExecutionStrategy(dependencies => new RetryAtOnce(dependencies))));

    private sealed class RetryAtOnce(ExecutionStrategyDependencies dependencies)
        : ExecutionStrategy(dependencies, maxRetryCount: 2, maxRetryDelay: TimeSpan.Zero)
    {
        protected override bool ShouldRetryOn(Exception exception) => exception is TimeoutException;
    }
}
