using System.Collections.Frozen;
using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Application.Common.Json;
using TaskManagement.Domain.Common;

namespace TaskManagement.Infrastructure.EventLog;

/// <summary>
/// The stable names of all events, and the one form in which they are written and read. Built at start-up, which fails if the names are not
/// complete and unique, or if an older version of an event could not be read.
/// </summary>
public sealed partial class EventTypes : IEventTypeNames
{
    /// <summary>The largest payload, in bytes of UTF-8: what every consumer of the log can be expected to take.</summary>
    public const int MaxPayloadBytes = 256 * 1024;

    /// <summary>The dialect, without its leniency: a member that is missing, or null where it can't be, is a mistake.</summary>
    internal static readonly JsonSerializerOptions Exact =
        new(AppJson.Options) { RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true };

    private readonly FrozenDictionary<Type, EventTypeAttribute> _byClass;
    private readonly FrozenDictionary<string, EventReader> _readers;

    /// <summary>Finds the events and the upcasters of the assemblies given.</summary>
    /// <exception cref="InvalidOperationException">
    /// An event has no name, a malformed one, or one that another event has; or the upcasters don't lead from each version to the next.
    /// </exception>
    public EventTypes(IEnumerable<Assembly> assemblies)
    {
        var types = assemblies.Distinct().SelectMany(assembly => assembly.GetTypes()).Where(type => type is { IsAbstract: false, IsInterface: false }).ToList();
        _byClass = Events(types).ToFrozenDictionary();
        var upcasters = new Upcasters(types);
        _readers = _byClass.ToFrozenDictionary(
            found => found.Value.Name,
            found => new EventReader(found.Value, found.Key, upcasters.To(found.Value)));
        upcasters.RefuseThoseOfNoEvent(_readers.Keys);
    }

    /// <summary>All event classes with their names and newest versions.</summary>
    public IReadOnlyDictionary<Type, EventTypeAttribute> All => _byClass;

    /// <summary>The name and version of an event.</summary>
    /// <exception cref="InvalidOperationException">Its class was not among those found at start-up.</exception>
    public EventTypeAttribute Of(IDomainEvent domainEvent) =>
        _byClass.TryGetValue(domainEvent.GetType(), out var name)
            ? name
            : throw new InvalidOperationException($"{domainEvent.GetType()} is unknown: its assembly was not registered with AddApplication and AddInfrastructure.");

    /// <summary>Whether an event of this name, of whatever version, is known.</summary>
    public bool IsKnown(string name) => _readers.ContainsKey(name);

    /// <inheritdoc />
    public bool IsKnown(EventTypePattern pattern) => pattern.IsPrefix ? _readers.Keys.Any(pattern.Takes) : _readers.ContainsKey(pattern.Name);

    /// <summary>What an event states, as JSON.</summary>
    /// <exception cref="InvalidValueException"><c>event.too_large</c>: it is larger than <see cref="MaxPayloadBytes"/>.</exception>
    public static string Serialize(IDomainEvent domainEvent)
    {
        var payload = JsonSerializer.SerializeToUtf8Bytes(domainEvent, domainEvent.GetType(), Exact);
        return payload.Length <= MaxPayloadBytes
            ? Encoding.UTF8.GetString(payload)
            : throw new InvalidValueException(new(
                "event.too_large",
                $"The change makes an event of {payload.Length} bytes; {MaxPayloadBytes} are admitted. Change less at once."));
    }

    /// <summary>An event as it is in the log, in the present shape of its class whatever version it was written in.</summary>
    /// <exception cref="UnreadableEventException">Its type or version is unknown here, or its payload is not of that shape.</exception>
    public IDomainEvent Deserialize(LoggedEvent logged) =>
        _readers.TryGetValue(logged.Type, out var reader)
            ? reader.Read(logged)
            : throw new UnreadableEventException(
                $"{logged.Type} is of no event known to this version of the service. Run a version that knows it, or name the assembly it comes from in AddTaskManagement.");

    private static Dictionary<Type, EventTypeAttribute> Events(IEnumerable<Type> types)
    {
        var found = new Dictionary<Type, EventTypeAttribute>();
        var names = new Dictionary<string, Type>(StringComparer.Ordinal);
        foreach (var type in types.Where(type => type.IsAssignableTo(typeof(IDomainEvent))))
        {
            if (!type.IsSubclassOf(typeof(DomainEvent)))
                throw new InvalidOperationException($"{type} is a domain event and does not derive from DomainEvent.");
            var name = type.GetCustomAttribute<EventTypeAttribute>()
                ?? throw new InvalidOperationException($"{type} is a domain event and has no [EventType(name, version)].");
            if (!NamePattern().IsMatch(name.Name) || name.Version < 1)
                throw new InvalidOperationException($"{type} has the event type '{name.Name}', version {name.Version}; it must be like task.completed, from version 1.");
            if (!names.TryAdd(name.Name, type))
            {
                throw new InvalidOperationException(
                    $"{type} and {names[name.Name]} have the same event type '{name.Name}'. A name has one class, of its newest version; older ones are read by an IUpcaster.");
            }

            found.Add(type, name);
        }

        return found;
    }

    [GeneratedRegex(@"\A[a-z][a-z0-9]*(_[a-z0-9]+)*(\.[a-z][a-z0-9]*(_[a-z0-9]+)*)+\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: -1)]
    private static partial Regex NamePattern();
}
