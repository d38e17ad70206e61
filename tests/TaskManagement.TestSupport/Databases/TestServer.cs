using TaskManagement.Infrastructure.Persistence;

namespace TaskManagement.TestSupport.Databases;

/// <summary>Where test databases of one kind are made: one for each test process, found or started when the first test asks for it.</summary>
internal abstract class TestServer
{
    private readonly Lazy<Task<ServerState>> _state;

    protected TestServer() => _state = new(FindAsync);

    public abstract DatabaseKind Kind { get; }

    /// <summary>Whether the server is there.</summary>
    public Task<ServerState> StateAsync() => _state.Value;

    /// <summary>Makes a migrated database and returns how to connect to it.</summary>
    public abstract Task<string> CreateAsync();

    /// <summary>Removes a database with all that is connected to it.</summary>
    public abstract Task DropAsync(string connectionString);

    /// <summary>Finds the server, or starts it.</summary>
    protected abstract Task<ServerState> FindAsync();

    /// <summary>Migrates a database as the service itself does.</summary>
    protected async Task MigrateAsync(string connectionString)
    {
        await using var services = TestHost.BuildServices(
            new(StringComparer.Ordinal) { ["Database:Provider"] = Kind.ToString(), ["Database:ConnectionString"] = connectionString });
        await DatabaseStartup.MigrateAsync(services, CancellationToken.None);
    }

    protected static string NewName() => $"tm_test_{Guid.CreateVersion7():N}";
}

/// <summary>Whether a server is there.</summary>
/// <param name="IsThere">Whether it is.</param>
/// <param name="Description">Which one it is, or why there is none.</param>
internal sealed record ServerState(bool IsThere, string Description);
