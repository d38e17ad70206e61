using System.Reflection;
using FluentValidation;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using TaskManagement.Application.Accounts;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Application.Common.Actions;
using TaskManagement.Application.Common.Behaviors;
using TaskManagement.Application.Common.Telemetry;
using TaskManagement.Application.Notifications;
using TaskManagement.Application.Operations;

namespace TaskManagement.Application;

/// <summary>Registers the use cases.</summary>
public static class ApplicationServices
{
    /// <summary>
    /// Registers every request handler, notification handler and validator of this assembly and of those given: a new class needs no line here.
    /// </summary>
    /// <param name="services">The services to add to.</param>
    /// <param name="autoMapperLicenseKey">AutoMapper's licence key, or null.</param>
    /// <param name="extensions">Further assemblies with handlers, validators and events.</param>
    public static IServiceCollection AddApplication(
        this IServiceCollection services, string? autoMapperLicenseKey = null, params Assembly[] extensions)
    {
        Assembly[] assemblies = [typeof(ApplicationServices).Assembly, .. extensions];
        RequiresAttribute.Check(assemblies);
        services.AddMediatR(configuration =>
        {
            // A decorator is not a handler of every event.
            configuration.TypeEvaluator = type => type != typeof(MeasuredNotificationHandler<>);
            configuration.RegisterServicesFromAssemblies(assemblies);
            // The decorator is an open generic handler too, and must not be taken for one.
            configuration.TypeEvaluator = type => type != typeof(MeasuredNotificationHandler<>);
            configuration.AddOpenBehavior(typeof(ReportingBehavior<,>));
            configuration.AddOpenBehavior(typeof(AccessBehavior<,>));
            configuration.AddOpenBehavior(typeof(ValidationBehavior<,>));
            configuration.AddOpenBehavior(typeof(WakeEngineBehavior<,>));
            configuration.AddOpenBehavior(typeof(TransactionBehavior<,>));
            configuration.AddOpenBehavior(typeof(IdempotencyBehavior<,>));
        });
        services.Scan(scan => scan
            .FromAssemblies(assemblies)
            .AddClasses(classes => classes.AssignableTo(typeof(IValidator<>)), publicOnly: false)
            .AsImplementedInterfaces(contract => contract.IsGenericType && contract.GetGenericTypeDefinition() == typeof(IValidator<>))
            .WithSingletonLifetime());
        services.AddAutoMapper(configuration => configuration.LicenseKey = autoMapperLicenseKey, assemblies);
        services.AddScoped<IChangeStamps, ChangeStamps>();
        services.AddScoped<CommandScope>();
        services.AddScoped<SecurityTrail>();
        services.AddSingleton<ActionEvents>();
        services.AddScoped<TaskAudience>();
        services.AddScoped<TaskMail>();
        services.AddScoped<AccountMail>();
        services.AddScoped<PasswordGuard>();
        services.AddScoped<SessionEnds>();
        services.AddSingleton<SlowHandlers>();
        return services;
    }

    /// <summary>Says what tells of the calls that come from outside. What an after-commit handler does is told of by its event instead.</summary>
    /// <typeparam name="TCall">The class that knows the outside.</typeparam>
    public static IServiceCollection AddCallContext<TCall>(this IServiceCollection services)
        where TCall : class, ICallContext
    {
        services.AddScoped<TCall>();
        services.AddScoped(provider => provider.GetRequiredService<CommandScope>().Call ?? provider.GetRequiredService<TCall>());
        return services;
    }

    /// <summary>
    /// Puts a span and a histogram around every notification handler there is. Called when all are registered, just before the container is built.
    /// </summary>
    public static IServiceCollection MeasureNotificationHandlers(this IServiceCollection services)
    {
        services.TryDecorate(typeof(INotificationHandler<>), typeof(MeasuredNotificationHandler<>));
        return services;
    }
}
