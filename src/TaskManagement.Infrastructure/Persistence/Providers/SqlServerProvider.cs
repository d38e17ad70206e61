using System.Data;
using System.Data.Common;
using Microsoft.Data.SqlClient;
using Microsoft.EntityFrameworkCore;
using TaskManagement.Domain.Common;
using TaskManagement.Domain.Tasks;
using TaskManagement.Infrastructure.EventLog;
using TaskManagement.Infrastructure.Idempotency;

namespace TaskManagement.Infrastructure.Persistence.Providers;

internal sealed class SqlServerProvider(DatabaseOptions options) : DatabaseProvider(options)
{
    private static readonly string[] Tables = ["event_log", "event_cursors", "parked_events", "event_nodes", "alerts", "idempotency_keys", "task_counters", "access_tokens", "task_labels", "projects", "tasks"];

    public override Type ContextType => typeof(SqlServerDbContext);

    public override EventStatements Events { get; } = new SqlServerEventStatements();

    public override void Configure(DbContextOptionsBuilder builder)
    {
        base.Configure(builder);
        builder.UseSqlServer(Options.ConnectionString, server =>
        {
            // Few and short: a caller waits for the answer, and gets 503 rather than silence.
            server.ExecutionStrategy(dependencies => Strategy(
                dependencies, new SqlServerRetryingExecutionStrategy(dependencies, maxRetryCount: 2, TimeSpan.FromSeconds(1), errorNumbersToAdd: null)));
            if (Options.MaxBatchSize is { } size)
                server.MaxBatchSize(size);
        });
    }

    public override FormattableString LockProject(Guid id) => $"SELECT * FROM projects WITH (UPDLOCK, ROWLOCK) WHERE id = {id}";

    public override FormattableString LockTask(Guid id) => $"SELECT id FROM tasks WITH (UPDLOCK, ROWLOCK) WHERE id = {id}";

    public override FormattableString LockStream(Guid id) => $"EXEC sp_getapplock @Resource = {$"stream:{id}"}, @LockMode = 'Exclusive', @LockOwner = 'Transaction'";

    public override async Task<string?> FindMisconfigurationAsync(TaskManagementDbContext db, CancellationToken cancellationToken)
    {
        var on = await db.Database
            .SqlQuery<bool>($"SELECT is_read_committed_snapshot_on AS Value FROM sys.databases WHERE name = DB_NAME()")
            .SingleAsync(cancellationToken);
        return on ? null : "READ_COMMITTED_SNAPSHOT is off, so readers and writers wait for each other. Switch it on: ALTER DATABASE CURRENT SET READ_COMMITTED_SNAPSHOT ON WITH ROLLBACK IMMEDIATE.";
    }

    public override async Task<T> ReadSnapshotAsync<T>(TaskManagementDbContext db, Func<Task<T>> read, CancellationToken cancellationToken)
    {
        var state = await db.Database
            .SqlQuery<byte>($"SELECT snapshot_isolation_state AS Value FROM sys.databases WHERE name = DB_NAME()")
            .SingleAsync(cancellationToken);
        if (state != 1)
        {
            throw new DomainException(
                "verify.no_snapshot",
                "The database does not allow snapshots, so what is read while others write does not belong together. Allow them: ALTER DATABASE CURRENT SET ALLOW_SNAPSHOT_ISOLATION ON.");
        }

        await using var transaction = await db.Database.BeginTransactionAsync(IsolationLevel.Snapshot, cancellationToken);
        return await read();
    }

    protected override string? UniqueViolationOf(DbException error) =>
        error is SqlException { Number: 2601 or 2627 }
            // The message names the table as 'dbo.projects'.
            ? Array.Find(Tables, table => error.Message.Contains($"dbo.{table}'", StringComparison.Ordinal)) ?? ""
            : null;

    // Deadlock victim; update conflict under snapshot isolation.
    protected override bool IsConflict(DbException error) => error is SqlException { Number: 1205 or 3960 };

    // Time-out and connection errors; log or file group full; read-only; database not available; out of memory or connections.
    protected override bool IsUnavailable(DbException error) =>
        error.IsTransient
        || error is SqlException { Number: -2 or -1 or 2 or 53 or 64 or 121 or 233 or 258 or 701 or 802 or 1101 or 1105 or 1222 or 3906 or 4060 or 9002 or 10053 or 10054 or 10060 or 10061 or 10928 or 10929 or 17142 or 40613 };
}

/// <summary>The model in SQL Server: what is compared to the letter elsewhere is so here, whatever the server's collation.</summary>
/// <param name="options">The connection.</param>
public sealed class SqlServerDbContext(DbContextOptions<SqlServerDbContext> options) : TaskManagementDbContext(options)
{
    private const string ToTheLetter = "Latin1_General_100_BIN2";

    /// <inheritdoc />
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        modelBuilder.Entity<EventRecord>(record =>
        {
            record.HasIndex(row => row.Id).HasFilter("position IS NULL");
            // Filled when the position is given, so that no command has to wait for it.
            record.HasIndex(row => new { row.Type, row.Position }).HasFilter("position IS NOT NULL");
            record.HasIndex(row => new { row.Actor, row.Position }).HasFilter("position IS NOT NULL");
            record.HasIndex(row => new { row.Address, row.Position }).HasFilter("address IS NOT NULL AND position IS NOT NULL");
        });
        modelBuilder.Entity<IdempotencyRecord>().Property(record => record.Key).UseCollation(ToTheLetter);
        modelBuilder.Entity<TaskItem>().OwnsMany(task => task.Labels).Property(label => label.Key).UseCollation(ToTheLetter);
    }
}
