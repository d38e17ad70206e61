using Npgsql;
using TaskManagement.Infrastructure.Persistence;

namespace TaskManagement.TestSupport.Databases;

/// <summary>The server that <c>TASKMANAGEMENT_TEST_POSTGRES</c> names, or one of our own that runs as long as the test process.</summary>
internal sealed class PostgreSqlServer : TestServer
{
    private const string Variable = "TASKMANAGEMENT_TEST_POSTGRES";

    private readonly Lazy<Task<string>> _template;
    private string _server = "";

    public PostgreSqlServer() => _template = new(MakeTemplateAsync);

    public override DatabaseKind Kind => DatabaseKind.PostgreSql;

    public override async Task<string> CreateAsync()
    {
        var template = await _template.Value;
        var name = NewName();
        await ExecuteAsync($"CREATE DATABASE {name} TEMPLATE {template}");
        return ConnectionTo(name);
    }

    public override async Task DropAsync(string connectionString)
    {
        await using (var connection = new NpgsqlConnection(connectionString))
            NpgsqlConnection.ClearPool(connection);
        await ExecuteAsync($"DROP DATABASE {new NpgsqlConnectionStringBuilder(connectionString).Database} WITH (FORCE)");
    }

    protected override async Task<ServerState> FindAsync()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named)
        {
            _server = named;
            AppDomain.CurrentDomain.ProcessExit += (_, _) => DropTemplate();
            return new(true, $"PostgreSQL {await VersionAsync()}, the server that {Variable} names");
        }

        try
        {
            var process = await PostgreSqlProcess.StartAsync();
            _server = process.ConnectionString;
            return new(true, $"PostgreSQL {await VersionAsync()}, started in {process.Folder}");
        }
        catch (PostgreSqlProcess.NotStartedException exception)
        {
            return new(false, $"{Variable} is not set, and {exception.Message}");
        }
    }

    private async Task<string> MakeTemplateAsync()
    {
        var name = NewName();
        await ExecuteAsync($"CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE template0");
        var connectionString = ConnectionTo(name);
        await MigrateAsync(connectionString);
        return name;
    }

    private void DropTemplate()
    {
        if (_template.IsValueCreated)
            DropAsync(ConnectionTo(_template.Value.GetAwaiter().GetResult())).GetAwaiter().GetResult();
    }

    private async Task<string> VersionAsync()
    {
        await using var connection = new NpgsqlConnection(ConnectionTo("postgres"));
        await connection.OpenAsync();
        return connection.ServerVersion;
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionTo("postgres"));
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }

    // A small pool, as many tests run at once; and time to wait for a connection of it.
    private string ConnectionTo(string database) =>
        new NpgsqlConnectionStringBuilder(_server) { Database = database, MaxPoolSize = 40, Timeout = 60, IncludeErrorDetail = true }.ConnectionString;
}
