using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using TaskManagement.Infrastructure.Persistence;
using TaskManagement.Infrastructure.Persistence.Providers;
using TaskManagement.TestSupport.Databases;

namespace TaskManagement.CrashTests.Harness;

/// <summary>The database of a run, which survives all that is done to it.</summary>
internal abstract class RunDatabase(DatabaseKind kind, string connectionString) : IAsyncDisposable
{
    public DatabaseKind Kind => kind;

    public string ConnectionString => connectionString;

    public abstract TaskManagementDbContext Open();

    public abstract ValueTask DisposeAsync();

    /// <summary>Makes the table that handlers write to. It admits an event twice, so that one that is delivered twice is seen.</summary>
    protected async Task CreateTableAsync(string id, string uuid)
    {
        await using var db = Open();
        await db.Database.OpenConnectionAsync();
        await using var command = db.Database.GetDbConnection().CreateCommand();
        command.CommandText = $"""
            CREATE TABLE crash_effects (
                id {id}, subscription text NOT NULL, event_id {uuid} NOT NULL, stream_id {uuid} NOT NULL,
                version bigint NOT NULL, position bigint NOT NULL, invocation {uuid} NOT NULL)
            """;
        await command.ExecuteNonQueryAsync();
    }
}

internal sealed class SqliteRunDatabase : RunDatabase
{
    private SqliteRunDatabase(string connectionString)
        : base(DatabaseKind.Sqlite, connectionString)
    {
    }

    public static async Task<SqliteRunDatabase> CreateAsync(RunFolder folder)
    {
        // Not pooled: a connection that stays open in this process would keep the log of writes from being taken over.
        var connection = new SqliteConnectionStringBuilder { DataSource = folder.File("run.db"), Pooling = false };
        var database = new SqliteRunDatabase(connection.ConnectionString);
        await database.CreateTableAsync("integer PRIMARY KEY AUTOINCREMENT", "text");
        return database;
    }

    public override SqliteDbContext Open() => new(new DbContextOptionsBuilder<SqliteDbContext>().UseSqlite(ConnectionString).Options);

    // It goes with the folder.
    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

internal sealed class PostgreSqlRunDatabase : RunDatabase
{
    private readonly PostgreSqlProcess _server;

    private PostgreSqlRunDatabase(PostgreSqlProcess server, string connectionString)
        : base(DatabaseKind.PostgreSql, connectionString) =>
        _server = server;

    public static async Task<PostgreSqlRunDatabase> CreateAsync()
    {
        const string Name = "crash";
        var server = await PostgreSqlProcess.StartOrSkipAsync(isDurable: true);
        await ExecuteAsync(server.ConnectionString + ";Database=postgres;Pooling=false", $"CREATE DATABASE {Name}");
        var connection = new NpgsqlConnectionStringBuilder(server.ConnectionString) { Database = Name, MaxPoolSize = 40, Timeout = 5, IncludeErrorDetail = true };
        var database = new PostgreSqlRunDatabase(server, connection.ConnectionString);
        await database.CreateTableAsync("bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY", "uuid");
        return database;
    }

    // Not pooled: a connection of the pool may have been ended meanwhile.
    public override PostgreSqlDbContext Open() =>
        new(new DbContextOptionsBuilder<PostgreSqlDbContext>().UseNpgsql(ConnectionString + ";Pooling=false").Options);

    public override ValueTask DisposeAsync() => _server.DisposeAsync();

    public Task ExecuteAsync(string sql) => ExecuteAsync(ConnectionString + ";Pooling=false", sql);

    public Task RestartAsync(bool isClean) => _server.RestartAsync(isClean);

    /// <summary>Ends connections of the service from the database's side, each with this chance.</summary>
    public async Task<int> TerminateBackendsAsync(double chance)
    {
        await using var connection = new NpgsqlConnection(ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            """
            SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid() AND random() < $1
            """,
            connection);
        command.Parameters.Add(new() { Value = chance });
        return (int)(long)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>Opens a connection to do something with while it is held.</summary>
    public async Task<NpgsqlConnection> ConnectAsync()
    {
        var connection = new NpgsqlConnection(ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        return connection;
    }

    private static async Task ExecuteAsync(string connectionString, string sql)
    {
        await using DbConnection connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }
}
