using System.Collections.Frozen;
using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using TaskManagement.Application.Common.Json;
using TaskManagement.Domain.Common;

namespace TaskManagement.Infrastructure.EventLog;

/// <summary>The stable names and versions of all event types. Built at start-up, which fails if they are not complete and unique.</summary>
public sealed partial class EventTypes
{
    /// <summary>The largest payload, in bytes of UTF-8: what every consumer of the log can be expected to take.</summary>
    public const int MaxPayloadBytes = 256 * 1024;

    private readonly FrozenDictionary<Type, EventTypeAttribute> _byClass;
    private readonly FrozenSet<string> _names;

    /// <summary>Finds the event types of the assemblies given.</summary>
    /// <exception cref="InvalidOperationException">An event has no name, a malformed one, or one that another event has.</exception>
    public EventTypes(IEnumerable<Assembly> assemblies)
    {
        var found = new Dictionary<Type, EventTypeAttribute>();
        var names = new Dictionary<(string Name, int Version), Type>();
        foreach (var type in assemblies.Distinct().SelectMany(assembly => assembly.GetTypes()))
        {
            if (type.IsAbstract || type.IsInterface || !type.IsAssignableTo(typeof(IDomainEvent)))
                continue;
            var name = type.GetCustomAttribute<EventTypeAttribute>()
                ?? throw new InvalidOperationException($"{type} is a domain event and has no [EventType(name, version)].");
            if (!NamePattern().IsMatch(name.Name) || name.Version < 1)
                throw new InvalidOperationException($"{type} has the event type '{name.Name}', version {name.Version}; it must be like task.completed, from version 1.");
            if (!names.TryAdd((name.Name, name.Version), type))
                throw new InvalidOperationException($"{type} and {names[(name.Name, name.Version)]} have the same event type '{name.Name}', version {name.Version}.");
            found.Add(type, name);
        }

        _byClass = found.ToFrozenDictionary();
        _names = found.Values.Select(name => name.Name).ToFrozenSet(StringComparer.Ordinal);
    }

    /// <summary>All event classes with their names and versions.</summary>
    public IReadOnlyDictionary<Type, EventTypeAttribute> All => _byClass;

    /// <summary>The name and version of an event.</summary>
    /// <exception cref="InvalidOperationException">Its class was not among those found at start-up.</exception>
    public EventTypeAttribute Of(IDomainEvent domainEvent) =>
        _byClass.TryGetValue(domainEvent.GetType(), out var name)
            ? name
            : throw new InvalidOperationException($"{domainEvent.GetType()} is unknown: its assembly was not registered with AddApplication and AddInfrastructure.");

    /// <summary>Whether an event of this name, of whatever version, is known.</summary>
    public bool IsKnown(string name) => _names.Contains(name);

    /// <summary>What an event states, as JSON.</summary>
    /// <exception cref="InvalidValueException"><c>event.too_large</c>: it is larger than <see cref="MaxPayloadBytes"/>.</exception>
    public static string Serialize(IDomainEvent domainEvent)
    {
        var payload = JsonSerializer.SerializeToUtf8Bytes(domainEvent, domainEvent.GetType(), AppJson.Options);
        return payload.Length <= MaxPayloadBytes
            ? Encoding.UTF8.GetString(payload)
            : throw new InvalidValueException(new(
                "event.too_large",
                $"The change makes an event of {payload.Length} bytes; {MaxPayloadBytes} are admitted. Change less at once."));
    }

    [GeneratedRegex(@"\A[a-z][a-z0-9]*(_[a-z0-9]+)*(\.[a-z][a-z0-9]*(_[a-z0-9]+)*)+\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NamePattern();
}
