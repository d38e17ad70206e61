using TaskManagement.Infrastructure.Persistence;

namespace TaskManagement.Api.IntegrationTests.Support;

/// <summary>Tests that share one running service on one database.</summary>
public abstract class HttpTest(DatabaseKind database) : IAsyncLifetime
{
    protected ApiHost Host { get; private set; } = null!;

    protected HttpClient Client => Host.Client;

    public async ValueTask InitializeAsync() => Host = await ApiHost.StartAsync(database);

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (Host is not null)
            await Host.DisposeAsync();
    }
}
