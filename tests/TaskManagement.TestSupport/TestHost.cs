using System.Reflection;
using MediatR;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using TaskManagement.Application;
using TaskManagement.Application.Common;
using TaskManagement.Infrastructure;
using TaskManagement.Infrastructure.EventLog.Delivery;
using TaskManagement.Infrastructure.Persistence;
using TaskManagement.TestSupport.Databases;

namespace TaskManagement.TestSupport;

/// <summary>The service without its HTTP door, on a database of its own.</summary>
public sealed class TestHost : IAsyncDisposable
{
    private readonly TestDatabase _database;
    private readonly bool _ownsDatabase;
    private readonly ServiceProvider _services;

    private TestHost(TestDatabase database, ServiceProvider services, bool ownsDatabase = true)
    {
        _database = database;
        _ownsDatabase = ownsDatabase;
        _services = services;
    }

    public IServiceProvider Services => _services;

    public string ConnectionString => _database.ConnectionString;

    /// <summary>Makes a host with a fresh database.</summary>
    /// <param name="kind">Which database.</param>
    /// <param name="configure">Adds to the services, handlers for example.</param>
    /// <param name="settings">Further settings.</param>
    /// <param name="extensions">Further assemblies with handlers, validators and events.</param>
    public static async Task<TestHost> StartAsync(
        DatabaseKind kind, Action<IServiceCollection>? configure = null, Dictionary<string, string?>? settings = null, params Assembly[] extensions)
    {
        var database = await TestDatabase.CreateAsync(kind);
        try
        {
            var all = database.Settings;
            // Tests that are not about mail leave none behind.
            all["Notifications:Delivery"] = "None";
            foreach (var (key, value) in settings ?? [])
                all[key] = value;
            return new(database, BuildServices(all, configure, extensions));
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }
    }

    /// <summary>Sends a command in a scope of its own, on behalf of the call given, and returns what it answers once it is saved.</summary>
    public async Task<T> SendAsync<T>(ICommand<T> command, TestCall? call = null, CancellationToken cancellationToken = default) =>
        (await SendRequestAsync(command, call, cancellationToken)).Value;

    /// <summary>Sends a query in a scope of its own.</summary>
    public Task<T> SendAsync<T>(IQuery<T> query, TestCall? call = null, CancellationToken cancellationToken = default) =>
        SendRequestAsync(query, call, cancellationToken);

    /// <summary>Sends a guarded request in a scope of its own.</summary>
    public Task<T> SendAsync<T>(IGuardedRequest<T> request, TestCall? call = null, CancellationToken cancellationToken = default) =>
        SendRequestAsync(request, call, cancellationToken);

    /// <summary>Does something in a scope of its own.</summary>
    public async Task<T> InScopeAsync<T>(Func<IServiceProvider, Task<T>> work)
    {
        await using var scope = _services.CreateAsyncScope();
        return await work(scope.ServiceProvider);
    }

    /// <summary>Does something in a scope of its own.</summary>
    public async Task InScopeAsync(Func<IServiceProvider, Task> work)
    {
        await using var scope = _services.CreateAsyncScope();
        await work(scope.ServiceProvider);
    }

    /// <summary>Makes another host, as another process would be, on the database of this one.</summary>
    public TestHost AnotherNode(Action<IServiceCollection>? configure = null, Dictionary<string, string?>? settings = null, params Assembly[] extensions)
    {
        var all = _database.Settings;
        foreach (var (key, value) in settings ?? [])
            all[key] = value;
        return new(_database, BuildServices(all, configure, extensions), ownsDatabase: false);
    }

    /// <summary>Begins to deliver events to after-commit handlers.</summary>
    public Task StartDeliveryAsync() => _services.GetRequiredService<EventEngine>().StartAsync(CancellationToken.None);

    /// <summary>Ends the delivery of events, as the end of the process does.</summary>
    public Task StopDeliveryAsync() => _services.GetRequiredService<EventEngine>().StopAsync(CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await StopDeliveryAsync();
        await _services.DisposeAsync();
        if (_ownsDatabase)
            await _database.DisposeAsync();
    }

    /// <summary>Registers all that the service has, as its own start does.</summary>
    internal static ServiceProvider BuildServices(
        Dictionary<string, string?> settings, Action<IServiceCollection>? configure = null, params Assembly[] extensions)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddCallContext<CallOfTest>();
        services.AddApplication(autoMapperLicenseKey: null, extensions);
        services.AddInfrastructure(new ConfigurationBuilder().AddInMemoryCollection(settings).Build(), extensions);
        configure?.Invoke(services);
        services.CompleteNotificationHandlers();
        return services.BuildServiceProvider(validateScopes: true);
    }

    private async Task<T> SendRequestAsync<T>(IRequest<T> request, TestCall? call, CancellationToken cancellationToken)
    {
        // The call flows with the work, as it does in the service: a command that is sent again in another scope is still the same call.
        CallOfTest.Current = call ?? new();
        await using var scope = _services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<ISender>().Send(request, cancellationToken);
    }
}
