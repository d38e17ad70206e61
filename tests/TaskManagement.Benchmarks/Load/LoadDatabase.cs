using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;
using TaskManagement.Infrastructure.Persistence;
using TaskManagement.TestSupport.Databases;
using TaskManagement.TestSupport.Processes;

namespace TaskManagement.Benchmarks.Load;

/// <summary>A database that is filled once, and copied for each system; and how its kind says what the filling says.</summary>
internal abstract class LoadDatabase : IAsyncDisposable
{
    public abstract DatabaseKind Kind { get; }

    /// <summary>Its name and version.</summary>
    public abstract string Description { get; }

    /// <summary>The one that is filled. The service makes it when it starts on it first.</summary>
    public abstract string ConnectionString { get; }

    /// <summary>What filling does first, on its own connection: what is half filled after a failure is thrown away.</summary>
    public abstract string BeforeFilling { get; }

    /// <summary>What filling does last.</summary>
    public abstract string AfterFilling { get; }

    public static async Task<LoadDatabase> CreateAsync(DatabaseKind kind) => kind switch
    {
        DatabaseKind.Sqlite => new SqliteLoadDatabase(),
        // What is committed is on disk, as with SQLite: else the two could not be compared.
        DatabaseKind.PostgreSql => new PostgreSqlLoadDatabase(await PostgreSqlProcess.StartOrSkipAsync(isDurable: true)),
        _ => throw new NotSupportedException($"There is no load for {kind}."),
    };

    /// <summary>Copies what was filled, which no one may be connected to.</summary>
    /// <returns>How to connect to the copy.</returns>
    public abstract Task<string> CopyAsync(string name);

    public abstract DbConnection Connect(string connectionString);

    /// <summary>A query for the names of the columns of a table that rows are inserted with.</summary>
    public abstract string ColumnsOf(string table);

    /// <summary>A query for the names of the indexes of a table that are no constraints, and for what makes them again.</summary>
    public abstract string IndexesOf(string table);

    /// <summary>A number in upper-case hexadecimal.</summary>
    public abstract string Hex(string number, int digits);

    /// <summary>A text of 36 characters as an id.</summary>
    public abstract string Id(string text);

    /// <summary>An id as JSON has it.</summary>
    public abstract string Text(string id);

    /// <summary>Milliseconds since 1970 as a time.</summary>
    public abstract string Time(string milliseconds);

    /// <summary>Milliseconds since 1970 as the text of a date.</summary>
    public abstract string Date(string milliseconds);

    public abstract ValueTask DisposeAsync();

    private sealed class SqliteLoadDatabase : LoadDatabase
    {
        private readonly TemporaryFolder _folder = new();

        public SqliteLoadDatabase() => EndInOrder.Delete(_folder);

        public override DatabaseKind Kind => DatabaseKind.Sqlite;

        public override string Description
        {
            get
            {
                using var connection = new SqliteConnection("Data Source=:memory:");
                connection.Open();
                return $"SQLite {connection.ServerVersion}";
            }
        }

        public override string ConnectionString => ConnectionTo("filled");

        public override string BeforeFilling => "PRAGMA synchronous = OFF; PRAGMA cache_size = -200000; PRAGMA temp_store = MEMORY";

        // No ANALYZE: the service never does it, so what it reads is planned without.
        public override string AfterFilling => "PRAGMA wal_checkpoint(TRUNCATE)";

        public override Task<string> CopyAsync(string name)
        {
            File.Copy(FileOf("filled"), FileOf(name));
            return Task.FromResult(ConnectionTo(name));
        }

        public override DbConnection Connect(string connectionString) => new SqliteConnection(connectionString + ";Pooling=false");

        public override string ColumnsOf(string table) => $"SELECT name FROM pragma_table_info('{table}') WHERE NOT (type = 'INTEGER' AND pk = 1)";

        public override string IndexesOf(string table) => $"SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name = '{table}'";

        public override string Hex(string number, int digits) => $"printf('%0{digits}X', {number})";

        public override string Id(string text) => text;

        public override string Text(string id) => $"lower({id})";

        public override string Time(string milliseconds) => milliseconds;

        public override string Date(string milliseconds) => $"date({milliseconds} / 1000, 'unixepoch')";

        public override ValueTask DisposeAsync()
        {
            _folder.Dispose();
            return ValueTask.CompletedTask;
        }

        private string FileOf(string name) => Path.Combine(_folder.Path, name + ".db");

        private string ConnectionTo(string name) => new SqliteConnectionStringBuilder { DataSource = FileOf(name) }.ConnectionString;
    }

    private sealed class PostgreSqlLoadDatabase(PostgreSqlProcess server) : LoadDatabase
    {
        public override DatabaseKind Kind => DatabaseKind.PostgreSql;

        public override string Description
        {
            get
            {
                using var connection = new NpgsqlConnection(ConnectionTo("postgres"));
                connection.Open();
                return $"PostgreSQL {connection.ServerVersion}, fsync on";
            }
        }

        public override string ConnectionString => ConnectionTo("filled");

        public override string BeforeFilling => "SET synchronous_commit = off; SET maintenance_work_mem = '512MB'";

        // What the server does by itself, at some time that would be in the middle of a round.
        public override string AfterFilling => "VACUUM ANALYZE";

        public override async Task<string> CopyAsync(string name)
        {
            await using var connection = new NpgsqlConnection(ConnectionTo("postgres"));
            await connection.OpenAsync();
            await using var command = new NpgsqlCommand($"CREATE DATABASE {name} TEMPLATE filled STRATEGY FILE_COPY", connection) { CommandTimeout = 0 };
            await command.ExecuteNonQueryAsync();
            return ConnectionTo(name);
        }

        public override DbConnection Connect(string connectionString) => new NpgsqlConnection(connectionString + ";Pooling=false");

        public override string ColumnsOf(string table) =>
            $"SELECT column_name FROM information_schema.columns WHERE table_name = '{table}' AND is_identity = 'NO' AND is_generated = 'NEVER'";

        public override string IndexesOf(string table) =>
            $"SELECT indexname, indexdef FROM pg_indexes WHERE tablename = '{table}' AND indexname NOT IN (SELECT conname FROM pg_constraint)";

        public override string Hex(string number, int digits) => $"lpad(to_hex({number}), {digits}, '0')";

        public override string Id(string text) => $"({text})::uuid";

        public override string Text(string id) => $"{id}::text";

        public override string Time(string milliseconds) => $"to_timestamp(({milliseconds}) / 1000.0)";

        public override string Date(string milliseconds) => $"to_char(to_timestamp(({milliseconds}) / 1000.0) AT TIME ZONE 'UTC', 'YYYY-MM-DD')";

        public override ValueTask DisposeAsync() => server.DisposeAsync();

        // Three systems on one server that takes 200, and time to wait for a connection of so many that call at once.
        private string ConnectionTo(string name) =>
            new NpgsqlConnectionStringBuilder(server.ConnectionString) { Database = name, MaxPoolSize = 50, Timeout = 60 }.ConnectionString;
    }
}
