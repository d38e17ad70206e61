using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using TaskManagement.Application.Webhooks;
using TaskManagement.Infrastructure.EventLog.Delivery;

namespace TaskManagement.Infrastructure.Messaging.Webhooks;

internal static class WebhookServices
{
    /// <summary>Registers what calls webhooks.</summary>
    public static IServiceCollection AddWebhooks(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSettings<WebhooksOptions>(configuration, WebhooksOptions.Section);
        services.AddSingleton<WebhookAddresses>();
        services.AddSingleton<IWebhookAddresses>(provider => provider.GetRequiredService<WebhookAddresses>());
        services.AddSingleton<WebhookSender>();
        services.AddSingleton<IChangingSubscriptions, SubscriptionsOfWebhooks>();
        services.AddScoped<IWebhookSubscriptions, WebhookSubscriptions>();
        services.AddScoped<IWebhookRepository, WebhookRepository>();
        services.AddScoped<IWebhookCalls, WebhookCalls>();
        services.AddScoped<IWebhookDeliveries, WebhookDeliveries>();
        // By its class: it is no subscription itself, but serves those of the webhooks.
        services.AddScoped<DeliverToWebhook>();
        services.AddSingleton<WebhookCallCleanup>();
        services.AddHostedService(provider => provider.GetRequiredService<WebhookCallCleanup>());
        return services;
    }
}
