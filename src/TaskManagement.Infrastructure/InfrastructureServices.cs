using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using TaskManagement.Application.Accounts;
using TaskManagement.Application.Alerts;
using TaskManagement.Application.Analytics;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Application.Common.Actions;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Application.Monitoring;
using TaskManagement.Domain.Common;
using TaskManagement.Infrastructure.Alerts;
using TaskManagement.Infrastructure.Analytics;
using TaskManagement.Infrastructure.EventLog;
using TaskManagement.Infrastructure.EventLog.Delivery;
using TaskManagement.Infrastructure.EventLog.Operations;
using TaskManagement.Infrastructure.Idempotency;
using TaskManagement.Infrastructure.Identity;
using TaskManagement.Infrastructure.Messaging;
using TaskManagement.Infrastructure.Messaging.RabbitMq;
using TaskManagement.Infrastructure.Messaging.Webhooks;
using TaskManagement.Infrastructure.Notifications;
using TaskManagement.Infrastructure.Persistence;
using TaskManagement.Infrastructure.Persistence.Providers;
using TaskManagement.Infrastructure.Persistence.Repositories;
using TaskManagement.Infrastructure.Telemetry;

namespace TaskManagement.Infrastructure;

/// <summary>Registers what implements the ports.</summary>
public static class InfrastructureServices
{
    /// <summary>Registers the database, the event log and the tokens.</summary>
    /// <param name="services">The services to add to.</param>
    /// <param name="configuration">Its sections are read when they are first needed, but for that of the subscriptions.</param>
    /// <param name="extensions">Further assemblies with domain events, upcasters and checks of projections.</param>
    public static IServiceCollection AddInfrastructure(
        this IServiceCollection services, IConfiguration configuration, params Assembly[] extensions)
    {
        services.AddSettings<DatabaseOptions>(configuration, DatabaseOptions.Section);
        services.AddSingleton<IValidateOptions<DatabaseOptions>, ConnectionStringRule>();
        services.AddSettings<EventsOptions>(configuration, EventsOptions.Section);
        services.AddSettings<AlertsOptions>(configuration, AlertsOptions.Section);
        services.AddSettings<MonitoringOptions>(configuration, MonitoringOptions.Section);
        services.AddSettings<OtlpOptions>(configuration, OtlpOptions.Section);

        // The first to start and the last to stop, so that nothing of what the others do is missed.
        services.AddSingleton<CollectorHealth>();
        services.AddHostedService<OtlpExport>();

        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(provider => DatabaseProvider.For(provider.GetRequiredService<IOptions<DatabaseOptions>>().Value));
        services.AddSingleton<IDatabaseFaults>(provider => provider.GetRequiredService<DatabaseProvider>());
        // Each of these keeps its connection, and so its files, open.
        AddContext<SqliteDbContext>(services, mostPooled: 64);
        AddContext<PostgreSqlDbContext>(services, mostPooled: 1024);
        AddContext<SqlServerDbContext>(services, mostPooled: 1024);
        services.AddScoped(provider =>
        {
            var db = (TaskManagementDbContext)provider.GetRequiredService(provider.GetRequiredService<DatabaseProvider>().ContextType);
            db.Dispatch = provider.GetRequiredService<DomainEventDispatch>();
            return db.Dispatch.Delivery.Use(db);
        });

        services.AddSingleton(new EventTypes([typeof(IDomainEvent).Assembly, typeof(IUpcaster).Assembly, .. extensions]));
        services.AddSingleton(new ConfigurationOfSubscriptions(configuration));
        services.AddScoped(provider => new DeliveryTransaction(provider.GetRequiredService<DatabaseProvider>()));
        services.AddSingleton<EventSignals>();
        services.AddSingleton<IEngineSignal>(provider => provider.GetRequiredService<EventSignals>());
        services.AddSingleton<EngineSafeguards>();
        services.AddSingleton<EngineGauges>();
        services.AddSingleton<DatabaseClock>();
        services.AddSingleton<CursorStore>();
        services.AddSingleton<LogReader>();
        services.AddSingleton<DeliveryRunner>();
        services.AddSingleton<Sequencer>();
        services.AddSingleton<EventEngine>();
        services.AddHostedService(provider => provider.GetRequiredService<EventEngine>());
        services.AddOperations();
        services.AddScoped<DomainEventDispatch>();
        services.AddScoped<IEventLog, EventLogReader>();
        services.AddScoped<IEventLogErasure, EventLogErasure>();
        services.AddSingleton<IEventTypeNames>(provider => provider.GetRequiredService<EventTypes>());
        services.AddSingleton<TypesInLog>();
        services.AddSingleton<CompiledQueries>();
        services.AddScoped<Visibility>();
        services.AddScoped<IStandings>(provider => provider.GetRequiredService<Visibility>());
        services.AddScoped<IEventSearch, EventSearch>();
        services.AddSingleton<IEventStream, EventStream>();
        services.AddSingleton<CloudEventJson>();
        services.AddScoped<IFacts, Facts>();
        services.AddSingleton<ICommandFailures, CommandFailures>();
        services.AddScoped<IAlertRepository, AlertRepository>();
        services.AddScoped<IUnitOfWork, UnitOfWork>();
        services.AddScoped<IIdempotencyStore, IdempotencyStore>();
        services.AddNotifications(configuration);
        services.AddWebhooks(configuration);
        services.AddRabbitMq(configuration);
        services.AddScoped<IAnalyticsStore, AnalyticsStore>();
        services.AddIdentity(configuration);
        services.AddSingleton<IdempotencyCleanup>();
        services.AddHostedService(provider => provider.GetRequiredService<IdempotencyCleanup>());
        services.AddHealthChecks().AddCheck<DatabaseHealthCheck>("database", tags: ["ready"]);
        services.Scan(scan => scan
            .FromAssemblyOf<TaskManagementDbContext>()
            .AddClasses(classes => classes.InNamespaceOf<ReadDatabase>(), publicOnly: false)
            .AsImplementedInterfaces()
            .WithScopedLifetime());
        services.Scan(scan => scan
            .FromAssemblies([typeof(TaskManagementDbContext).Assembly, typeof(IProjectionCheck).Assembly, .. extensions])
            .AddClasses(classes => classes.AssignableTo<IProjectionCheck>(), publicOnly: false)
            .As<IProjectionCheck>()
            .WithScopedLifetime());
        services.Scan(scan => scan
            .FromAssemblies([typeof(TaskManagementDbContext).Assembly, typeof(IPersonalData).Assembly, .. extensions])
            .AddClasses(classes => classes.AssignableTo<IPersonalData>(), publicOnly: false)
            .As<IPersonalData>()
            .WithScopedLifetime());
        return services;
    }

    private static void AddContext<TContext>(IServiceCollection services, int mostPooled)
        where TContext : TaskManagementDbContext =>
        services.AddDbContextPool<TContext>((provider, builder) => provider.GetRequiredService<DatabaseProvider>().Configure(builder), mostPooled);
}
