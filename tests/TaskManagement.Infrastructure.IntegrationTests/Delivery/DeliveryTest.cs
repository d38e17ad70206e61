using Microsoft.Extensions.DependencyInjection;
using TaskManagement.Infrastructure.IntegrationTests.Support;
using TaskManagement.Infrastructure.Persistence;
using TaskManagement.TestSupport;
using static TaskManagement.Infrastructure.IntegrationTests.Delivery.DeliverySteps;

namespace TaskManagement.Infrastructure.IntegrationTests.Delivery;

/// <summary>A test of what is delivered to an inbox.</summary>
public abstract class DeliveryTest(DatabaseKind database) : DatabaseTest(database)
{
    private protected readonly Inbox _inbox = new();

    /// <summary>Adds the handlers that take events.</summary>
    protected virtual IServiceCollection AddHandlers(IServiceCollection services) => services.WithInbox(_inbox);

    /// <summary>Starts a node that delivers, quickly unless the settings say otherwise.</summary>
    protected async Task<TestHost> StartDeliveringAsync(Dictionary<string, string?>? settings = null)
    {
        var all = new Dictionary<string, string?>(Quick, StringComparer.Ordinal);
        foreach (var (key, value) in settings ?? [])
            all[key] = value;
        var host = await StartAsync(services => AddHandlers(services), all);
        await host.StartDeliveryAsync();
        return host;
    }
}
