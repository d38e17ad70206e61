using System.Collections.Concurrent;
using System.Collections.Frozen;
using TaskManagement.Infrastructure.Persistence;

namespace TaskManagement.TestSupport.Databases;

/// <summary>A fresh, migrated database for one test. It is dropped when it is disposed.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private static readonly FrozenDictionary<DatabaseKind, TestServer> Servers = new TestServer[]
    {
        new SqliteServer(), new PostgreSqlServer(), new SqlServerServer(),
    }.ToFrozenDictionary(server => server.Kind);

    private static readonly ConcurrentDictionary<DatabaseKind, string> Used = new();

    private readonly TestServer _server;

    static TestDatabase() => AppDomain.CurrentDomain.ProcessExit += (_, _) => ReportUse();

    private TestDatabase(TestServer server, string connectionString)
    {
        _server = server;
        ConnectionString = connectionString;
    }

    public DatabaseKind Kind => _server.Kind;

    public string ConnectionString { get; }

    /// <summary>The settings that make the service use this database.</summary>
    public Dictionary<string, string?> Settings => new(StringComparer.Ordinal)
    {
        ["Database:Provider"] = Kind.ToString(),
        ["Database:ConnectionString"] = ConnectionString,
    };

    /// <summary>
    /// Makes a database. If its server is not there, the test is skipped, unless <c>TASKMANAGEMENT_TEST_REQUIRE</c> names it: then it fails.
    /// </summary>
    public static async Task<TestDatabase> CreateAsync(DatabaseKind kind)
    {
        var server = Servers[kind];
        var state = await server.StateAsync();
        Used.TryAdd(kind, state.Description);
        if (!state.IsThere)
            Requirements.SkipOrFail(kind.ToString(), state.Description);
        return new(server, await server.CreateAsync());
    }

    public async ValueTask DisposeAsync() => await _server.DropAsync(ConnectionString);

    private static void ReportUse()
    {
        foreach (var (kind, description) in Used.OrderBy(pair => pair.Key))
            Console.WriteLine($"Database {kind}: {description}");
    }
}
