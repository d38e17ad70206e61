using Microsoft.Data.SqlClient;
using TaskManagement.Infrastructure.Persistence;

namespace TaskManagement.TestSupport.Databases;

/// <summary>The server that <c>TASKMANAGEMENT_TEST_SQLSERVER</c> names, or LocalDB on Windows.</summary>
internal sealed class SqlServerServer : TestServer
{
    private const string Variable = "TASKMANAGEMENT_TEST_SQLSERVER";
    private const string LocalDb = @"Server=(localdb)\MSSQLLocalDB;Integrated Security=true;Connect Timeout=60";

    private string _server = "";

    public override DatabaseKind Kind => DatabaseKind.SqlServer;

    public override async Task<string> CreateAsync()
    {
        var connectionString = ConnectionTo(NewName());
        await MigrateAsync(connectionString);
        return connectionString;
    }

    public override async Task DropAsync(string connectionString)
    {
        var name = new SqlConnectionStringBuilder(connectionString).InitialCatalog;
        await using (var connection = new SqlConnection(connectionString))
            SqlConnection.ClearPool(connection);
        await ExecuteAsync($"ALTER DATABASE [{name}] SET SINGLE_USER WITH ROLLBACK IMMEDIATE; DROP DATABASE [{name}]");
    }

    protected override async Task<ServerState> FindAsync()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named)
        {
            _server = named;
            return new(true, $"the server that {Variable} names");
        }

        if (!OperatingSystem.IsWindows())
            return new(false, $"{Variable} is not set, and LocalDB is for Windows only");
        _server = LocalDb;
        try
        {
            await ExecuteAsync("SELECT 1");
            return new(true, "LocalDB");
        }
        catch (SqlException exception)
        {
            return new(false, $"{Variable} is not set, and LocalDB does not answer: {exception.Message}");
        }
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = new SqlConnection(ConnectionTo("master"));
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }

    private string ConnectionTo(string database) => new SqlConnectionStringBuilder(_server) { InitialCatalog = database }.ConnectionString;
}
