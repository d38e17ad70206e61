using Microsoft.Data.Sqlite;
using TaskManagement.Infrastructure.Persistence;

namespace TaskManagement.TestSupport.Databases;

/// <summary>Files, each in a folder of its own; copies of one that was migrated.</summary>
internal sealed class SqliteServer : TestServer
{
    private readonly Lazy<Task<string>> _template;

    public SqliteServer() => _template = new(MakeTemplateAsync);

    public override DatabaseKind Kind => DatabaseKind.Sqlite;

    public override async Task<string> CreateAsync()
    {
        var file = NewFile();
        File.Copy(await _template.Value, file);
        return ConnectionTo(file);
    }

    public override Task DropAsync(string connectionString)
    {
        Delete(connectionString);
        return Task.CompletedTask;
    }

    protected override Task<ServerState> FindAsync()
    {
        using var connection = new SqliteConnection("Data Source=:memory:");
        connection.Open();
        return Task.FromResult(new ServerState(true, $"SQLite {connection.ServerVersion}, files under {Path.GetTempPath()}"));
    }

    private async Task<string> MakeTemplateAsync()
    {
        var file = NewFile();
        var connectionString = ConnectionTo(file);
        await MigrateAsync(connectionString);
        await using (var connection = new SqliteConnection(connectionString))
        {
            await connection.OpenAsync();
            await using var command = connection.CreateCommand();
            // What is still in the write-ahead log would not be copied with the file.
            command.CommandText = "PRAGMA wal_checkpoint(TRUNCATE)";
            await command.ExecuteNonQueryAsync();
            SqliteConnection.ClearPool(connection);
        }

        AppDomain.CurrentDomain.ProcessExit += (_, _) => Delete(connectionString);
        return file;
    }

    private static void Delete(string connectionString)
    {
        using (var connection = new SqliteConnection(connectionString))
            SqliteConnection.ClearPool(connection);
        Directory.Delete(Path.GetDirectoryName(new SqliteConnectionStringBuilder(connectionString).DataSource)!, recursive: true);
    }

    private static string NewFile() => Path.Combine(Directory.CreateTempSubdirectory("tm-sqlite-").FullName, "test.db");

    private static string ConnectionTo(string file) => new SqliteConnectionStringBuilder { DataSource = file }.ConnectionString;
}
