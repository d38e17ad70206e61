using System.Net.Http.Headers;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using TaskManagement.Domain.Identity;
using TaskManagement.Infrastructure.Persistence;
using TaskManagement.TestSupport.Databases;

namespace TaskManagement.Api.IntegrationTests.Support;

/// <summary>The whole service on Kestrel at a loopback port, with a fresh database.</summary>
public sealed class ApiHost : IAsyncDisposable
{
    public const string Token = "test-token-0123456789abcdef";

    private readonly TestDatabase _database;
    private readonly WebApplicationFactory<Program> _factory;

    private ApiHost(TestDatabase database, WebApplicationFactory<Program> factory)
    {
        _database = database;
        _factory = factory;
        factory.UseKestrel(0);
        factory.StartServer();
        Client = CreateClient(Token);
    }

    /// <summary>A client with the administrator's token.</summary>
    public HttpClient Client { get; }

    public IServiceProvider Services => _factory.Services;

    public string ConnectionString => _database.ConnectionString;

    public static async Task<ApiHost> StartAsync(
        DatabaseKind kind = DatabaseKind.Sqlite,
        Dictionary<string, string?>? settings = null,
        Action<IServiceCollection>? configure = null,
        string connection = "")
    {
        var database = await TestDatabase.CreateAsync(kind);
        try
        {
            var all = database.Settings;
            all["Database:ConnectionString"] += ";" + connection;
            all["Bootstrap:AdminToken"] = Token;
            all["Logging:LogLevel:Default"] = "Warning";
            all["Logging:LogLevel:LuckyPennySoftware"] = "Error"; // AutoMapper asks for a licence at each start.
            all["Notifications:Delivery"] = "None";
            foreach (var (name, value) in settings ?? [])
                all[name] = value;
            var host = new ApiHost(database, new Factory(all, configure));
            await host.NoteUseAsync();
            return host;
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }
    }

    public HttpClient CreateClient(string? token)
    {
        var client = _factory.CreateClient();
        if (token is not null)
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _factory.DisposeAsync();
        await _database.DisposeAsync();
    }

    /// <summary>Else that the administrator's token is used would be the first event of every log.</summary>
    private async Task NoteUseAsync()
    {
        await using var scope = Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<TaskManagementDbContext>().Set<AccessToken>()
            .ExecuteUpdateAsync(set => set.SetProperty(token => token.LastUsedAt, TimeProvider.System.GetUtcNow()));
    }

    private sealed class Factory(Dictionary<string, string?> settings, Action<IServiceCollection>? configure) : WebApplicationFactory<Program>
    {
        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            foreach (var (name, value) in settings)
                builder.UseSetting(name, value);
            builder.ConfigureTestServices(services => configure?.Invoke(services));
        }
    }
}
