using System.Collections.Frozen;
using System.Reflection;
using System.Text;
using MediatR;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Application.Incoming;
using TaskManagement.Domain.Common;

namespace TaskManagement.Infrastructure.EventLog.Delivery;

/// <summary>One after-commit handler, or one of many that the same class serves: its stable name, the events it takes, and its policy.</summary>
internal sealed class Subscription
{
    private static readonly MethodInfo InvokeMethod = typeof(Subscription).GetMethod(nameof(InvokeAs), BindingFlags.NonPublic | BindingFlags.Static)!;

    private readonly FrozenDictionary<Type, Invoker> _invokers;
    private readonly FrozenSet<string> _eventTypes;
    private readonly string? _only;
    private readonly IReadOnlyList<EventTypePattern>? _patterns;
    private readonly bool _takesUnknown;

    private Subscription(
        Type handler, string name, IReadOnlyList<string> aliases, SubscriptionPolicy policy, string? only, EventTypes types)
    {
        var takes = TakenBy(handler)!;
        Handler = handler;
        Name = name;
        Aliases = aliases;
        Policy = policy;
        Takes = takes;
        _only = only;
        _patterns = only is null ? null : [.. only.Split(',').Select(EventTypePattern.Parse).OfType<EventTypePattern>()];
        CloudEventTypes = CloudEventTypesAttribute.Of(handler);
        var invokers = new Dictionary<Type, Invoker>();
        foreach (var type in types.All.Keys)
        {
            if (MostSpecific(takes, type) is { } taken)
                invokers.Add(type, InvokeMethod.MakeGenericMethod(taken).CreateDelegate<Invoker>());
        }

        _invokers = invokers.ToFrozenDictionary();
        _eventTypes = invokers.Keys.Select(type => types.All[type].Name).Where(type => IsWanted(type, version: null)).ToFrozenSet();
        // Of an event that this version of the service does not know, no one can say which groups it belongs to.
        _takesUnknown = takes.Any(type => type.IsInterface || type.IsAbstract);
    }

    private delegate Task Invoker(object handler, IDomainEvent domainEvent, LoggedEvent logged, Application.Common.EventLog.Delivery delivery, CancellationToken cancellationToken);

    /// <summary>The name under which its progress is kept.</summary>
    public string Name { get; }

    /// <summary>Names that it had before.</summary>
    public IReadOnlyList<string> Aliases { get; }

    /// <summary>The class of the handler.</summary>
    public Type Handler { get; }

    /// <summary>The classes and interfaces of events that the handler names.</summary>
    public IReadOnlyList<Type> Takes { get; }

    /// <summary>The names of the event types that it takes.</summary>
    public IReadOnlyCollection<string> EventTypes => _eventTypes;

    /// <summary>Of CloudEvents from outside, the types that it takes; null if it makes no choice.</summary>
    public IReadOnlyList<string>? CloudEventTypes { get; }

    /// <summary>How its events are delivered.</summary>
    public SubscriptionPolicy Policy { get; }

    /// <summary>Whether it is replayed from the beginning only, after it was emptied.</summary>
    public bool IsRebuildable => Handler.IsAssignableTo(typeof(IRebuildable));

    /// <summary>The events that an after-commit handler takes: those it names; or all, if it takes batches and names none. Null for any other class.</summary>
    public static IReadOnlyList<Type>? TakenBy(Type handler)
    {
        Type[] taken =
        [
            .. handler.GetInterfaces()
                .Where(contract => contract.IsGenericType && contract.GetGenericTypeDefinition() == typeof(INotificationHandler<>))
                .Select(contract => contract.GenericTypeArguments[0])
                .Where(IsCommitted)
                .Select(committed => committed.GenericTypeArguments[0]),
        ];
        if (taken.Length > 0)
            return taken;
        return handler.IsAssignableTo(typeof(IBatchHandler)) ? [typeof(IDomainEvent)] : null;
    }

    /// <summary>Whether a type is a <see cref="Committed{TEvent}"/>.</summary>
    public static bool IsCommitted(Type notification) =>
        notification.IsGenericType && notification.GetGenericTypeDefinition() == typeof(Committed<>);

    /// <summary>What a handler's class says of its subscription, or the defaults.</summary>
    public static SubscriptionAttribute Declared(Type handler) => handler.GetCustomAttribute<SubscriptionAttribute>() ?? new();

    /// <summary>The name that the class gives: its own, in lower-case words joined by hyphens.</summary>
    public static string DefaultName(Type handler)
    {
        // What tells closed generic handlers apart is what they are closed with.
        var bare = string.Concat([handler.Name.Split('`')[0], .. handler.GenericTypeArguments.Select(argument => argument.Name)]);
        if (bare.Length > "Handler".Length && bare.EndsWith("Handler", StringComparison.Ordinal))
            bare = bare[..^"Handler".Length];
        var name = new StringBuilder(bare.Length + 8);
        foreach (var letter in bare.Replace('_', '-'))
        {
            if (char.IsUpper(letter) && name.Length > 0 && name[^1] != '-')
                name.Append('-');
            name.Append(char.ToLowerInvariant(letter));
        }

        return name.ToString();
    }

    /// <summary>Makes the subscription of a handler.</summary>
    public static Subscription Of(Type handler, SubscriptionPolicy policy, EventTypes types)
    {
        var declared = Declared(handler);
        return new(handler, declared.Name ?? DefaultName(handler), declared.Aliases, policy, only: null, types);
    }

    /// <summary>Makes one of the subscriptions that a handler serves.</summary>
    /// <param name="handler">The handler, which finds out by the name whom it serves.</param>
    /// <param name="name">The name.</param>
    /// <param name="only">The types of events that this one is for, separated by commas.</param>
    /// <param name="policy">How its events are delivered.</param>
    /// <param name="types">All types of events.</param>
    public static Subscription Of(Type handler, string name, string only, SubscriptionPolicy policy, EventTypes types) =>
        new(handler, name, [], policy, only, types);

    /// <summary>Whether it is for events of these types only.</summary>
    public bool IsOnly(string only) => string.Equals(_only, only, StringComparison.Ordinal);

    /// <summary>Whether events of a type are for it. One of an unknown type is for whoever takes groups of events.</summary>
    public bool IsFor(string eventType, int version, EventTypes types) =>
        (_eventTypes.Contains(eventType) || (_takesUnknown && !types.IsKnown(eventType))) && IsWanted(eventType, version);

    /// <summary>Whether an event is for it.</summary>
    public bool TakesEvent(IDomainEvent domainEvent) =>
        _invokers.ContainsKey(domainEvent.GetType()) && CloudEventTypesAttribute.Takes(Handler, domainEvent);

    /// <summary>Hands an event to the handler, as the most specific type that the handler names.</summary>
    public Task InvokeAsync(
        object handler, IDomainEvent domainEvent, LoggedEvent logged, Application.Common.EventLog.Delivery delivery, CancellationToken cancellationToken) =>
        _invokers[domainEvent.GetType()](handler, domainEvent, logged, delivery, cancellationToken);

    private static async Task InvokeAs<TEvent>(
        object handler, IDomainEvent domainEvent, LoggedEvent logged, Application.Common.EventLog.Delivery delivery, CancellationToken cancellationToken)
        where TEvent : IDomainEvent
    {
        if (handler is INotificationHandler<Committed<TEvent>> named)
            await named.Handle(new((TEvent)domainEvent, logged, delivery), cancellationToken);
        else if (await ((IBatchHandler)handler).HandleAsync([new(domainEvent, logged, delivery)], cancellationToken) is [var failed])
            throw failed.Exception;
    }

    private bool IsWanted(string eventType, int? version) =>
        _patterns is null || _patterns.Any(pattern => version is { } given ? pattern.Takes(eventType, given) : pattern.Takes(eventType));

    private static Type? MostSpecific(IReadOnlyList<Type> takes, Type type)
    {
        Type? best = null;
        foreach (var taken in takes)
        {
            if (type.IsAssignableTo(taken) && (best is null || taken.IsAssignableTo(best)))
                best = taken;
        }

        return best;
    }
}
