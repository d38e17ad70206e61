using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;
using MediatR;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using TaskManagement.Application;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Infrastructure.EventLog.Operations;

namespace TaskManagement.Infrastructure.EventLog.Delivery;

/// <summary>
/// All subscriptions there are, by name: those of the handlers' classes, whose names are checked at start-up, and those that come and go
/// while the service runs.
/// </summary>
internal sealed partial class SubscriptionCatalog
{
    private readonly Dictionary<string, Subscription> _byName = new(StringComparer.Ordinal);
    private readonly IChangingSubscriptions _changing;
    private volatile IReadOnlyDictionary<string, Subscription> _changed = new Dictionary<string, Subscription>(StringComparer.Ordinal);

    /// <exception cref="StartRefusedException">A name is malformed or taken, or a policy of the configuration is not one.</exception>
    public SubscriptionCatalog(IEnumerable<Type> handlers, EventTypes types, IConfiguration configuration, IChangingSubscriptions changing)
    {
        _changing = changing;
        var section = configuration.GetSection(SubscriptionPolicy.Section);
        foreach (var handler in handlers)
        {
            var declared = Subscription.Declared(handler);
            var name = declared.Name ?? Subscription.DefaultName(handler);
            var subscription = Subscription.Of(handler, PolicyOf(name, declared, section.GetSection(name)), types);
            foreach (var taken in subscription.Aliases.Prepend(name))
            {
                if (!NamePattern().IsMatch(taken) || taken.Length > 80)
                    throw new StartRefusedException($"{handler} has the subscription name '{taken}'; it must be lower-case words joined by hyphens or dots, at most 80 characters.");
                if (!_byName.TryAdd(taken, subscription))
                    throw new StartRefusedException($"{handler} and {_byName[taken].Handler} have the same subscription name '{taken}'. Give one of them a [Subscription(\"name\")].");
            }
        }

        All = [.. _byName.Values.Distinct().OrderBy(subscription => subscription.Name, StringComparer.Ordinal)];
        foreach (var unknown in section.GetChildren().Where(child => Find(child.Key) is null))
            throw new StartRefusedException($"{unknown.Path} is the policy of no subscription; there are {string.Join(", ", All.Select(known => known.Name))}.");
    }

    /// <summary>The subscriptions of the handlers' classes, by name.</summary>
    public IReadOnlyList<Subscription> All { get; }

    /// <summary>The subscription of a name, or null if this node knows of none.</summary>
    public Subscription? Find(string name) =>
        _byName.TryGetValue(name, out var subscription) && string.Equals(subscription.Name, name, StringComparison.Ordinal) ? subscription
        : _changed.GetValueOrDefault(name);

    /// <summary>The subscription of a name, or null; it may have come while no one looked.</summary>
    public async Task<Subscription?> FindAsync(string name, CancellationToken cancellationToken)
    {
        if (Find(name) is { } known)
            return known;
        if (!_changing.Names(name))
            return null;
        await RefreshAsync(cancellationToken);
        return Find(name);
    }

    /// <summary>Looks which subscriptions have come and gone.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken) => _changed = await _changing.ReadAsync(_changed, cancellationToken);

    /// <summary>Whether any of these cursors may be one of a subscription that comes and goes.</summary>
    public bool AnyChanging(IEnumerable<CursorState> states) => states.Any(state => _changing.Names(state.Subscription));

    private static SubscriptionPolicy PolicyOf(string name, Application.Common.EventLog.SubscriptionAttribute declared, IConfigurationSection section)
    {
        var policy = SubscriptionPolicy.Of(declared);
        string[] faults = [.. Settings.Faults(section, typeof(SubscriptionPolicy))];
        if (faults.Length == 0)
        {
            section.Bind(policy);
            var broken = new List<ValidationResult>();
            Validator.TryValidateObject(policy, new(policy), broken, validateAllProperties: true);
            faults = [.. broken.Select(rule => $"{SubscriptionPolicy.Section}:{name}:{rule.ErrorMessage}")];
        }

        return faults.Length == 0 ? policy : throw new StartRefusedException(string.Join(' ', faults));
    }

    [GeneratedRegex(@"\A[a-z0-9]+([.-][a-z0-9]+)*\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: -1)]
    private static partial Regex NamePattern();
}

/// <summary>Subscriptions that come and go while the service runs. Who makes one makes its cursors, in the same transaction.</summary>
internal interface IChangingSubscriptions
{
    /// <summary>Whether a name is that of such a subscription.</summary>
    bool Names(string subscription);

    /// <summary>All of them, by name.</summary>
    /// <param name="known">What was read before: one that has not changed is given back as it is.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    Task<IReadOnlyDictionary<string, Subscription>> ReadAsync(IReadOnlyDictionary<string, Subscription> known, CancellationToken cancellationToken);
}

/// <summary>Registers notification handlers for what they are.</summary>
public static class NotificationHandlers
{
    /// <summary>
    /// Makes a subscription of every after-commit handler there is, and puts a span and a histogram around every other notification handler.
    /// Called when all are registered, however that was done, just before the container is built.
    /// </summary>
    public static IServiceCollection CompleteNotificationHandlers(this IServiceCollection services)
    {
        var handlers = new HashSet<Type>();
        foreach (var registration in services.Where(IsAfterCommitHandler).ToList())
        {
            // The engine asks for the one handler it means, by its class; MediatR never publishes a committed event.
            services.Remove(registration);
            var handler = ClassOf(registration);
            if (Subscription.TakenBy(handler) is not null && handlers.Add(handler))
                services.TryAdd(AsItself(registration, handler));
        }

        services.AddSingleton(provider => new SubscriptionCatalog(
            handlers,
            provider.GetRequiredService<EventTypes>(),
            provider.GetRequiredService<ConfigurationOfSubscriptions>().Value,
            provider.GetRequiredService<IChangingSubscriptions>()));
        services.AddSingleton(InTransactionHandlers.In(services));
        return services.MeasureNotificationHandlers();
    }

    private static bool IsAfterCommitHandler(ServiceDescriptor registration) =>
        !registration.IsKeyedService
        && (registration.ServiceType == typeof(IBatchHandler)
            || (registration.ServiceType is { IsGenericType: true } service
                && service.GetGenericTypeDefinition() == typeof(INotificationHandler<>)
                && Subscription.IsCommitted(service.GenericTypeArguments[0])));

    private static Type ClassOf(ServiceDescriptor registration)
    {
        var handler = registration.ImplementationType
            ?? registration.ImplementationInstance?.GetType()
            ?? registration.ImplementationFactory!.GetType().GenericTypeArguments[1];
        return handler is { IsClass: true, IsAbstract: false } && handler != typeof(object)
            ? handler
            : throw new InvalidOperationException($"A handler of {registration.ServiceType} is registered by a factory that does not tell its class. Register it by its class.");
    }

    private static ServiceDescriptor AsItself(ServiceDescriptor registration, Type handler) =>
        registration.ImplementationInstance is { } instance ? new(handler, instance)
        : registration.ImplementationFactory is { } factory ? new(handler, factory, registration.Lifetime)
        : new(handler, handler, registration.Lifetime);
}

/// <summary>The configuration in which the policies of subscriptions are.</summary>
/// <param name="Value">The whole configuration.</param>
internal sealed record ConfigurationOfSubscriptions(IConfiguration Value);
