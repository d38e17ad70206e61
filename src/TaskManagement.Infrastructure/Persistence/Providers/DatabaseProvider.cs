using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.Logging;
using TaskManagement.Application.Common;
using TaskManagement.Domain.Common;
using TaskManagement.Infrastructure.EventLog;
using TaskManagement.Infrastructure.EventLog.Delivery;

namespace TaskManagement.Infrastructure.Persistence.Providers;

/// <summary>Everything in which the databases differ and that is not in their migrations.</summary>
internal abstract class DatabaseProvider(DatabaseOptions options) : IDatabaseFaults
{
    protected DatabaseOptions Options { get; } = options;

    /// <summary>The class of the context that has this database's migrations.</summary>
    public abstract Type ContextType { get; }

    /// <summary>What the event engine says to this database.</summary>
    public abstract EventStatements Events { get; }

    public static DatabaseProvider For(DatabaseOptions options) => options.Provider switch
    {
        DatabaseKind.Sqlite => new SqliteProvider(options),
        DatabaseKind.SqlServer => new SqlServerProvider(options),
        DatabaseKind.PostgreSql => new PostgreSqlProvider(options),
        _ => throw new InvalidOperationException($"Database:Provider has no value {options.Provider}."),
    };

    public virtual void Configure(DbContextOptionsBuilder builder) => builder
        .AddInterceptors(new DomainEventInterceptor(), new DeliveryTransaction.StatementInterceptor())
        // Each of these is thrown as well, and logged by whoever knows what it means: a duplicate id that is refused is no error of the service.
        .ConfigureWarnings(warnings => warnings.Log(
            (CoreEventId.SaveChangesFailed, LogLevel.Debug),
            (CoreEventId.OptimisticConcurrencyException, LogLevel.Debug),
            (CoreEventId.QueryIterationFailed, LogLevel.Debug),
            (RelationalEventId.CommandError, LogLevel.Debug),
            (RelationalEventId.ConnectionError, LogLevel.Debug),
            // The texts of statements are for who asks for them, whatever the level of the rest.
            (RelationalEventId.CommandExecuted, LogLevel.Debug)));

    /// <summary>A query of the projects with this id that holds their rows until the transaction ends.</summary>
    public abstract FormattableString LockProject(Guid id);

    /// <summary>A statement that holds the row of the task with this id until the transaction ends; null where transactions run one by one.</summary>
    public abstract FormattableString? LockTask(Guid id);

    /// <summary>A statement that holds a stream of events until the transaction ends; null where transactions run one by one.</summary>
    public abstract FormattableString? LockStream(Guid id);

    /// <summary>Prepares the database before migrations.</summary>
    public virtual Task PrepareAsync(TaskManagementDbContext db, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Waits until no other process applies migrations, where the framework does not see to it; to be disposed when they are applied.</summary>
    public virtual Task<IAsyncDisposable?> LockMigrationsAsync(TaskManagementDbContext db, CancellationToken cancellationToken) =>
        Task.FromResult<IAsyncDisposable?>(null);

    /// <summary>Says how the database is set up badly, or null if it is not.</summary>
    public virtual Task<string?> FindMisconfigurationAsync(TaskManagementDbContext db, CancellationToken cancellationToken) =>
        Task.FromResult<string?>(null);

    /// <summary>Waits until this process may write; to be disposed when it has.</summary>
    public virtual ValueTask<IDisposable?> TakeWriteTurnAsync(CancellationToken cancellationToken) => ValueTask.FromResult<IDisposable?>(null);

    /// <summary>
    /// Waits until a command may write; to be disposed when it has. Where there is one writer, what the context commits until then may be
    /// committed together with other commands, each still whole and by itself.
    /// </summary>
    public virtual ValueTask<IDisposable?> TakeCommandTurnAsync(TaskManagementDbContext db, CancellationToken cancellationToken) => TakeWriteTurnAsync(cancellationToken);

    /// <summary>Reads the database as it is at one moment, whatever is written meanwhile, and holds up no one who writes.</summary>
    /// <exception cref="DomainException"><c>verify.no_snapshot</c>: the database is not set up for it.</exception>
    public abstract Task<T> ReadSnapshotAsync<T>(TaskManagementDbContext db, Func<Task<T>> read, CancellationToken cancellationToken);

    /// <summary>The table whose uniqueness an error says would be violated, or null if that is not what it says.</summary>
    public string? UniqueViolation(Exception exception) => Find(exception) is { } error ? UniqueViolationOf(error) : null;

    /// <summary>Whether an error says that another transaction was in the way, and that the same again may succeed at once.</summary>
    public bool IsConflict(Exception exception) => Find(exception) is { } error && IsConflict(error);

    public bool IsUnavailable(Exception exception) =>
        exception is RetryLimitExceededException || exception is TimeoutException
        || (Find(exception) is { } error && (IsUnavailable(error) || error.InnerException is TimeoutException or System.Net.Sockets.SocketException or IOException));

    /// <summary>
    /// Tells when another node has given events their positions, until it is cancelled; at once too when it may have missed one.
    /// Where a database can't tell, it asks the caller to look from time to time.
    /// </summary>
    public virtual async Task ListenAsync(string node, Action heard, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        while (await timer.WaitForNextTickAsync(cancellationToken))
            heard();
    }

    /// <summary>Tells other nodes that there are new positions.</summary>
    public virtual Task NotifyAsync(TaskManagementDbContext db, string node, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Tries again what failed for a reason that passes; but not in a delivery, which is repeated as a whole.</summary>
    protected static IExecutionStrategy Strategy(ExecutionStrategyDependencies dependencies, IExecutionStrategy retrying) =>
        new StrategyOfScope(dependencies, retrying);

    protected abstract string? UniqueViolationOf(DbException error);

    protected abstract bool IsConflict(DbException error);

    protected abstract bool IsUnavailable(DbException error);

    private static DbException? Find(Exception? exception)
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            if (exception is DbException error)
                return error;
        }

        return null;
    }

    /// <summary>A pooled context keeps its strategy and serves a delivery at one time and a call at another.</summary>
    private sealed class StrategyOfScope(ExecutionStrategyDependencies dependencies, IExecutionStrategy retrying) : IExecutionStrategy
    {
        private readonly NonRetryingExecutionStrategy _once = new(dependencies);

        public bool RetriesOnFailure => Chosen.RetriesOnFailure;

        private IExecutionStrategy Chosen =>
            dependencies.CurrentContext.Context is TaskManagementDbContext { Dispatch.Delivery.IsServing: true } ? _once : retrying;

        public TResult Execute<TState, TResult>(
            TState state, Func<DbContext, TState, TResult> operation, Func<DbContext, TState, ExecutionResult<TResult>>? verifySucceeded) =>
            Chosen.Execute(state, operation, verifySucceeded);

        public Task<TResult> ExecuteAsync<TState, TResult>(
            TState state,
            Func<DbContext, TState, CancellationToken, Task<TResult>> operation,
            Func<DbContext, TState, CancellationToken, Task<ExecutionResult<TResult>>>? verifySucceeded,
            CancellationToken cancellationToken = default) =>
            Chosen.ExecuteAsync(state, operation, verifySucceeded, cancellationToken);
    }
}
