using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using TaskManagement.Infrastructure.EventLog;

namespace TaskManagement.Infrastructure.Persistence.Providers;

internal sealed class SqliteProvider : DatabaseProvider, IDisposable
{
    private const string DefaultConnectionString = "Data Source=data/taskmanagement.db";

    private readonly string _connectionString;

    private readonly PooledSqliteConnection.Pool _connections = new();
    private readonly SqliteWriter _writer;

    public SqliteProvider(DatabaseOptions options)
        : base(options)
    {
        var configured = string.IsNullOrWhiteSpace(options.ConnectionString) ? DefaultConnectionString : options.ConnectionString;
        var connection = new SqliteConnectionStringBuilder(configured) { ForeignKeys = true };
        _connectionString = connection.ConnectionString;
        _writer = new(() => _connections.Create(_connectionString));
    }

    /// <summary>How many connections are open.</summary>
    public int Connections => _connections.Count;

    public override Type ContextType => typeof(SqliteDbContext);

    public override EventStatements Events { get; } = new SqliteEventStatements();

    public override void Configure(DbContextOptionsBuilder builder)
    {
        base.Configure(builder);
        builder.AddInterceptors(_connections.Interceptors).UseSqlite(_connectionString, sqlite =>
        {
            if (Options.MaxBatchSize is { } size)
                sqlite.MaxBatchSize(size);
        });
    }

    // BEGIN IMMEDIATE has locked the whole database already.
    public override FormattableString LockProject(Guid id) => $"SELECT * FROM projects WHERE id = {id}";

    public override FormattableString? LockTask(Guid id) => null;

    public override FormattableString? LockStream(Guid id) => null;

    public override async Task PrepareAsync(TaskManagementDbContext db, CancellationToken cancellationToken)
    {
        var file = new SqliteConnectionStringBuilder(_connectionString).DataSource;
        if (Path.GetDirectoryName(Path.GetFullPath(file)) is { } folder)
            Directory.CreateDirectory(folder);
        // Readers and the writer don't wait for each other. Kept in the file.
        await db.Database.ExecuteSqlRawAsync("PRAGMA journal_mode = WAL", cancellationToken);
    }

    // Other processes may use the file, but the one that delivers is the one that commits.
    public override Task ListenAsync(string node, Action heard, CancellationToken cancellationToken) => Task.Delay(Timeout.Infinite, cancellationToken);

    public override async ValueTask<IDisposable?> TakeWriteTurnAsync(CancellationToken cancellationToken) => await _writer.TakeAsync(user: null, cancellationToken);

    public override async ValueTask<IDisposable?> TakeCommandTurnAsync(TaskManagementDbContext db, CancellationToken cancellationToken) =>
        await _writer.TakeAsync((PooledSqliteConnection)db.Database.GetDbConnection(), cancellationToken);

    // A transaction that is deferred sees what was committed when it first reads, and takes no lock that the writer waits for.
    public override async Task<T> ReadSnapshotAsync<T>(TaskManagementDbContext db, Func<Task<T>> read, CancellationToken cancellationToken)
    {
        await db.Database.OpenConnectionAsync(cancellationToken);
        try
        {
            await using var deferred = ((SqliteConnection)db.Database.GetDbConnection()).BeginTransaction(deferred: true);
            await using var transaction = await db.Database.UseTransactionAsync(deferred, cancellationToken);
            return await read();
        }
        finally
        {
            await db.Database.CloseConnectionAsync();
        }
    }

    /// <summary>The last connection to close brings all into the one file, which can then be copied or moved as it is.</summary>
    public void Dispose()
    {
        _writer.Dispose();
        _connections.Dispose();
        using (var connection = new SqliteConnection(_connectionString))
            SqliteConnection.ClearPool(connection);
    }

    protected override string? UniqueViolationOf(DbException error)
    {
        if (error is not SqliteException { SqliteExtendedErrorCode: 2067 or 1555 })
            return null;
        // "SQLite Error 19: 'UNIQUE constraint failed: projects.key'."
        var message = error.Message;
        var start = message.LastIndexOf("failed: ", StringComparison.Ordinal) + "failed: ".Length;
        var end = message.IndexOf('.', start);
        return message[start..end];
    }

    protected override bool IsConflict(DbException error) => false;

    // BUSY, LOCKED, READONLY, IOERR, CORRUPT, FULL, CANTOPEN, NOTADB
    protected override bool IsUnavailable(DbException error) =>
        error is SqliteException { SqliteErrorCode: 5 or 6 or 8 or 10 or 11 or 13 or 14 or 26 };
}

/// <summary>The model in SQLite: times are whole milliseconds since 1970, so that they sort and compare as numbers.</summary>
/// <param name="options">The connection.</param>
public sealed class SqliteDbContext(DbContextOptions<SqliteDbContext> options) : TaskManagementDbContext(options)
{
    /// <inheritdoc />
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        base.ConfigureConventions(configurationBuilder);
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<MillisecondsConverter>();
    }

    /// <inheritdoc />
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        // Transactions are committed one by one, and AUTOINCREMENT gives an id to no event twice: the id is the place in the order of commit.
        modelBuilder.Entity<EventRecord>(record =>
        {
            record.Property(row => row.Position).HasComputedColumnSql("id", stored: false);
            record.HasIndex(row => new { row.Address, row.Position }).HasFilter("address IS NOT NULL");
        });
        base.OnModelCreating(modelBuilder);
    }

    private sealed class MillisecondsConverter() : ValueConverter<DateTimeOffset, long>(
        time => time.ToUnixTimeMilliseconds(), milliseconds => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds));
}
