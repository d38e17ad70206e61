using MediatR;
using Microsoft.Extensions.DependencyInjection;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Domain.Common;
using TaskManagement.Domain.Tasks.Events;
using TaskManagement.Infrastructure.IntegrationTests.Delivery;
using TaskManagement.Infrastructure.Persistence;
using TaskManagement.TestSupport;
using static TaskManagement.Infrastructure.IntegrationTests.Delivery.DeliverySteps;

namespace TaskManagement.Infrastructure.IntegrationTests.Operations;

/// <summary>A test of what operators see of the delivery of events and do about it.</summary>
public abstract class OperationsTest(DatabaseKind database) : DeliveryTest(database)
{
    /// <summary>What has failed once is not tried again by itself while a test runs.</summary>
    private protected static readonly Dictionary<string, string?> SlowRetries = new(StringComparer.Ordinal)
    {
        ["Subscriptions:test-inbox:BackoffBaseSeconds"] = "600",
        ["Subscriptions:test-inbox:BackoffCapSeconds"] = "600",
    };

    protected override IServiceCollection AddHandlers(IServiceCollection services) => base.AddHandlers(services)
        .AddTransient<INotificationHandler<Committed<TaskCompleted>>, NoticeCompletions>()
        .AddTransient<INotificationHandler<Committed<IDomainEvent>>, DrawPicture>();

    /// <summary>Starts a node that delivers, and waits until it holds the inbox.</summary>
    protected new async Task<TestHost> StartDeliveringAsync(Dictionary<string, string?>? settings = null)
    {
        var host = await base.StartDeliveringAsync(settings);
        await EventuallyAsync(async () => (await host.SubscriptionAsync()).Partitions.All(partition => partition.Holder is not null));
        return host;
    }
}
