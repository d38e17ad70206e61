using MediatR;
using Microsoft.Extensions.DependencyInjection;
using TaskManagement.Application.Incoming;
using TaskManagement.Application.Operations;
using TaskManagement.Domain.Common;
using TaskManagement.Infrastructure.EventLog.Delivery;

namespace TaskManagement.Infrastructure.EventLog.Operations;

internal sealed class Handlers(SubscriptionCatalog catalog, InTransactionHandlers inTransaction, EventTypes types) : IHandlers
{
    public IReadOnlyList<HandlerDto> All { get; } =
    [
        .. catalog.All
            .Select(subscription => new HandlerDto(
                subscription.Handler.Name,
                Concerns.Of(subscription.Handler),
                HandlerPhase.AfterCommit,
                [.. subscription.EventTypes.Order(StringComparer.Ordinal)],
                subscription.CloudEventTypes,
                subscription.Name))
            .Concat(inTransaction.All.Select(handler => new HandlerDto(
                handler.Key.Name,
                Concerns.Of(handler.Key),
                HandlerPhase.InTransaction,
                [.. types.All.Where(type => handler.Any(taken => taken == type.Key)).Select(type => type.Value.Name).Order(StringComparer.Ordinal)],
                CloudEventTypesAttribute.Of(handler.Key),
                Subscription: null)))
            .OrderBy(handler => handler.Handler, StringComparer.Ordinal).ThenBy(handler => handler.Phase),
    ];
}

/// <summary>The handlers that run in the transaction of the change.</summary>
/// <param name="all">Each with the classes of events that it handles.</param>
internal sealed class InTransactionHandlers(ILookup<Type, Type> all)
{
    public ILookup<Type, Type> All => all;

    /// <summary>Finds them among the registrations, before anything is put around them.</summary>
    /// <exception cref="ArgumentException">One takes types of CloudEvents that can't be types.</exception>
    public static InTransactionHandlers In(IServiceCollection services)
    {
        var all = Find(services);
        foreach (var handler in all)
            _ = CloudEventTypesAttribute.Of(handler.Key);
        return new(all);
    }

    private static ILookup<Type, Type> Find(IServiceCollection services) => (
        from registration in services
        where !registration.IsKeyedService && registration.ServiceType.IsGenericType
            && registration.ServiceType.GetGenericTypeDefinition() == typeof(INotificationHandler<>)
        let handled = registration.ServiceType.GenericTypeArguments[0]
        let handler = registration.ImplementationType ?? registration.ImplementationInstance?.GetType()
        where handler is not null && handled.IsAssignableTo(typeof(IDomainEvent))
        select (handler, handled)).Distinct().ToLookup(pair => pair.handler, pair => pair.handled);
}
