using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using TaskManagement.Application.Common.EventLog;

namespace TaskManagement.Infrastructure.Messaging.RabbitMq;

internal static class RabbitMqServices
{
    /// <summary>Registers what publishes to a broker, if that is wanted. If it is no more, its subscription keeps its place.</summary>
    public static IServiceCollection AddRabbitMq(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSettings<RabbitMqOptions>(configuration, RabbitMqOptions.Section);
        if (configuration.GetSection(RabbitMqOptions.Section)[nameof(RabbitMqOptions.Enabled)] is not { } enabled || !bool.TryParse(enabled, out var isEnabled) || !isEnabled)
            return services;
        services.AddSingleton<RabbitMqPublisher>();
        services.AddTransient<IBatchHandler, PublishToRabbitMq>();
        return services;
    }
}
