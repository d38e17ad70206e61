using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using TaskManagement.Application.Notifications;

namespace TaskManagement.Infrastructure.Notifications;

internal static class NotificationServices
{
    /// <summary>Registers what brings messages to people, and what keeps their notifications.</summary>
    public static IServiceCollection AddNotifications(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSettings<NotificationsOptions>(configuration, NotificationsOptions.Section);
        services.AddSingleton<AddressesOfIds>();
        services.AddScoped<IAddressBook, AddressesOfAccounts>();
        services.AddScoped<ITaskPeople, TaskPeople>();
        services.AddScoped<INotificationStore, NotificationStore>();
        services.AddScoped<INotificationPreferences, NotificationPreferences>();
        services.AddSingleton<NotificationCleanup>();
        services.AddHostedService(provider => provider.GetRequiredService<NotificationCleanup>());
        services.AddScoped<INotificationSender>(provider => provider.GetRequiredService<IOptions<NotificationsOptions>>().Value.Delivery switch
        {
            DeliveryKind.Smtp => ActivatorUtilities.CreateInstance<SmtpSender>(provider),
            DeliveryKind.None => new NoSender(),
            _ => ActivatorUtilities.CreateInstance<FolderSender>(provider),
        });
        return services;
    }

    private sealed class NoSender : INotificationSender
    {
        public bool IsOn => false;

        public Task SendAsync(Message message, CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
