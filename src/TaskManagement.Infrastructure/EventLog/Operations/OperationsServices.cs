using Microsoft.Extensions.DependencyInjection;
using TaskManagement.Application.Operations;
using TaskManagement.Infrastructure.EventLog.Delivery;
using TaskManagement.Infrastructure.EventLog.Operations.Verification;

namespace TaskManagement.Infrastructure.EventLog.Operations;

internal static class OperationsServices
{
    /// <summary>Registers what operators see and steer the events with.</summary>
    public static IServiceCollection AddOperations(this IServiceCollection services)
    {
        services.AddScoped<SubscriptionStatus>();
        services.AddScoped<ISubscriptions, Subscriptions>();
        services.AddScoped<Replays>();
        services.AddScoped<IReplays>(provider => provider.GetRequiredService<Replays>());
        services.AddScoped<IParkedEvents, ParkedEvents>();
        services.AddScoped<ILogPositions, LogPositions>();
        services.AddScoped<IDeliveryFacts, DeliveryFactsReader>();
        services.AddScoped<IDeliveryTest, DeliveryTest>();
        services.AddScoped<IStoreHealth, StoreHealth>();
        services.AddScoped<LogStreams>();
        services.AddScoped<IStoreVerification, StoreVerification>();
        services.AddSingleton<VerificationTurn>();
        services.AddSingleton<IHandlers, Handlers>();
        services.AddSingleton<IEngineWakeUp, EngineWakeUp>();
        return services;
    }

    private sealed class EngineWakeUp(IEngineSignal signal) : IEngineWakeUp
    {
        public void Wake() => signal.Changed();
    }
}
