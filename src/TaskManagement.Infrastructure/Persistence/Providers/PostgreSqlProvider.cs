using System.Data;
using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using Npgsql;
using Npgsql.EntityFrameworkCore.PostgreSQL;
using TaskManagement.Infrastructure.EventLog;

namespace TaskManagement.Infrastructure.Persistence.Providers;

internal sealed class PostgreSqlProvider(DatabaseOptions options) : DatabaseProvider(options), IDisposable
{
    private const string Channel = "taskmanagement_positions";

    // Any number will do that no one else uses in this database.
    private const long MigrationsLock = 5718323046140012;

    private readonly string _connectionString = WithDefaults(options.ConnectionString);

    public override Type ContextType => typeof(PostgreSqlDbContext);

    public override EventStatements Events { get; } = new PostgreSqlEventStatements();

    public override void Configure(DbContextOptionsBuilder builder)
    {
        base.Configure(builder);
        builder.UseNpgsql(_connectionString, npgsql =>
        {
            // Few and short: a caller waits for the answer, and gets 503 rather than silence.
            npgsql.ExecutionStrategy(dependencies => Strategy(
                dependencies, new NpgsqlRetryingExecutionStrategy(dependencies, maxRetryCount: 2, TimeSpan.FromSeconds(1), errorCodesToAdd: null)));
            if (Options.MaxBatchSize is { } size)
                npgsql.MaxBatchSize(size);
        });
    }

    /// <summary>A service that has stopped leaves no connection open.</summary>
    public void Dispose()
    {
        using var connection = new NpgsqlConnection(_connectionString);
        NpgsqlConnection.ClearPool(connection);
    }

    // The framework's own lock ends with the transaction of each migration: whoever waited for it would then repeat the next one.
    public override async Task<IAsyncDisposable?> LockMigrationsAsync(TaskManagementDbContext db, CancellationToken cancellationToken)
    {
        await CreateIfMissingAsync(db.GetService<IRelationalDatabaseCreator>(), cancellationToken);
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(_connectionString) { Pooling = false }.ConnectionString);
        try
        {
            await connection.OpenAsync(cancellationToken);
            await using var command = new NpgsqlCommand($"SELECT pg_advisory_lock({MigrationsLock})", connection) { CommandTimeout = 0 };
            await command.ExecuteNonQueryAsync(cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    // Not FOR UPDATE: tasks that refer to the project need not wait.
    public override FormattableString LockProject(Guid id) => $"SELECT * FROM projects WHERE id = {id} FOR NO KEY UPDATE";

    public override FormattableString LockTask(Guid id) => $"SELECT id FROM tasks WHERE id = {id} FOR NO KEY UPDATE";

    // No row stands for a stream. Two streams with the same number wait for each other, and that is all.
    public override FormattableString LockStream(Guid id) => $"SELECT pg_advisory_xact_lock({BitConverter.ToInt64(id.ToByteArray())})";

    // Notified outside of any business transaction: within one, it would hold a lock of the whole cluster until the commit.
    public override Task NotifyAsync(TaskManagementDbContext db, string node, CancellationToken cancellationToken) =>
        db.Database.ExecuteSqlAsync($"SELECT pg_notify({Channel}, {node})", cancellationToken);

    public override async Task ListenAsync(string node, Action heard, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(_connectionString) { Pooling = false, KeepAlive = 30 }.ConnectionString);
        connection.Notification += (_, notification) =>
        {
            if (!string.Equals(notification.Payload, node, StringComparison.Ordinal))
                heard();
        };
        await connection.OpenAsync(cancellationToken);
        await using (var listen = new NpgsqlCommand($"LISTEN {Channel}", connection))
            await listen.ExecuteNonQueryAsync(cancellationToken);
        heard();
        while (true)
            await connection.WaitAsync(cancellationToken);
    }

    public override async Task<T> ReadSnapshotAsync<T>(TaskManagementDbContext db, Func<Task<T>> read, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        await db.Database.ExecuteSqlAsync($"SET TRANSACTION READ ONLY", cancellationToken);
        return await read();
    }

    private static async Task CreateIfMissingAsync(IRelationalDatabaseCreator creator, CancellationToken cancellationToken)
    {
        if (await creator.ExistsAsync(cancellationToken))
            return;
        try
        {
            await creator.CreateAsync(cancellationToken);
        }
        catch (PostgresException exception) when (exception.SqlState is PostgresErrorCodes.DuplicateDatabase or PostgresErrorCodes.UniqueViolation)
        {
            // Another process was first.
        }
    }

    /// <summary>What saves work at each statement, unless the connection string says otherwise.</summary>
    private static string WithDefaults(string? configured)
    {
        var said = new DbConnectionStringBuilder { ConnectionString = configured };
        Default("Max Auto Prepare", "100");
        // Whatever is set on a connection is set for a transaction.
        Default("No Reset On Close", "true");
        return said.ToString();

        void Default(string key, string value)
        {
            if (!said.ContainsKey(key) && !said.ContainsKey(key.Replace(" ", "", StringComparison.Ordinal)))
                said[key] = value;
        }
    }

    protected override string? UniqueViolationOf(DbException error) =>
        error is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation } violation ? violation.TableName : null;

    protected override bool IsConflict(DbException error) =>
        error.SqlState is PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected;

    // Classes 08 connection, 53 resources (disk full, too many connections), 57P shutdown, 58 system; 25006 read-only, 55P03 lock not available,
    // 3D000 no such database.
    protected override bool IsUnavailable(DbException error) =>
        error.IsTransient
        || error.SqlState is PostgresErrorCodes.ReadOnlySqlTransaction or PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.QueryCanceled
            or PostgresErrorCodes.InvalidCatalogName
        || (error.SqlState is { Length: 5 } state
            && (state.StartsWith("08", StringComparison.Ordinal) || state.StartsWith("53", StringComparison.Ordinal)
                || state.StartsWith("57P", StringComparison.Ordinal) || state.StartsWith("58", StringComparison.Ordinal)));
}

/// <summary>The model in PostgreSQL: times are written in UTC, whatever the offset of a filter's, as the driver takes no other.</summary>
/// <param name="options">The connection.</param>
public sealed class PostgreSqlDbContext(DbContextOptions<PostgreSqlDbContext> options) : TaskManagementDbContext(options)
{
    /// <inheritdoc />
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        base.ConfigureConventions(configurationBuilder);
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UtcConverter>();
    }

    /// <inheritdoc />
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<EventRecord>(record =>
        {
            record.HasIndex(row => row.Id).HasFilter("position IS NULL");
            record.HasIndex(row => row.Position).HasFilter("position IS NOT NULL");
            // Filled when the position is given, so that no command has to wait for it.
            record.HasIndex(row => new { row.Type, row.Position }).HasFilter("position IS NOT NULL");
            record.HasIndex(row => new { row.Actor, row.Position }).HasFilter("position IS NOT NULL");
            record.HasIndex(row => new { row.Address, row.Position }).HasFilter("address IS NOT NULL AND position IS NOT NULL");
        });
        base.OnModelCreating(modelBuilder);
    }

    private sealed class UtcConverter() : ValueConverter<DateTimeOffset, DateTimeOffset>(time => time.ToUniversalTime(), time => time);
}
