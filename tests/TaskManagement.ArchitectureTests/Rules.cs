using System.Collections.Frozen;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Runtime.CompilerServices;
using System.Text.Json;
using FluentValidation;
using MediatR;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Application.Teams;
using TaskManagement.Application.Webhooks;
using TaskManagement.Domain.Common;
using TaskManagement.Domain.Projects;
using TaskManagement.Domain.Tasks;
using TaskManagement.Domain.Webhooks;

namespace TaskManagement.ArchitectureTests;

/// <summary>The rules of the house. Each takes types or an assembly and says, in a sentence each, what breaks it.</summary>
internal static class Rules
{
    private static readonly string RuntimeFolder = Path.GetDirectoryName(typeof(object).Assembly.Location)!;

    private static readonly Type[] HandlerContracts =
        [typeof(IRequestHandler<>), typeof(IRequestHandler<,>), typeof(INotificationHandler<>), typeof(IValidator<>)];

    /// <summary>Past participles that do not end in -ed.</summary>
    private static readonly FrozenSet<string> IrregularPast =
        FrozenSet.Create(StringComparer.Ordinal, "Begun", "Built", "Given", "Lost", "Made", "Overdue", "Rewound", "Sent", "Set", "Taken", "Withdrawn", "Won");

    /// <summary>Words that end in -ed and are orders all the same.</summary>
    private static readonly FrozenSet<string> OrdersInEd =
        FrozenSet.Create(StringComparer.Ordinal, "Embed", "Exceed", "Feed", "Need", "Proceed", "Seed", "Shed", "Speed", "Succeed", "Wed");

    /// <summary>References point inwards: an assembly refers to no other of the house than those given.</summary>
    public static IEnumerable<string> OutwardReferences(Assembly room, params Assembly[] inner) =>
        from reference in room.GetReferencedAssemblies()
        where reference.Name!.StartsWith("TaskManagement.", StringComparison.Ordinal)
            && !inner.Any(assembly => string.Equals(assembly.GetName().Name, reference.Name, StringComparison.Ordinal))
        select $"{room.GetName().Name} refers to {reference.Name}.";

    /// <summary>An assembly refers to the base class library and to these, and to nothing else.</summary>
    public static IEnumerable<string> ReferencesBeyondTheBaseClassLibraryAnd(Assembly room, params string[] allowed) =>
        from reference in room.GetReferencedAssemblies()
        where !File.Exists(Path.Combine(RuntimeFolder, reference.Name + ".dll")) && !allowed.Contains(reference.Name, StringComparer.Ordinal)
        select $"{room.GetName().Name} refers to {reference.Name}.";

    /// <summary>An assembly refers to none of these, or to what begins with their names and a dot.</summary>
    public static IEnumerable<string> ReferencesTo(Assembly room, params string[] forbidden) =>
        from reference in room.GetReferencedAssemblies()
        where forbidden.Any(name => $"{reference.Name}.".StartsWith($"{name}.", StringComparison.Ordinal))
        select $"{room.GetName().Name} refers to {reference.Name}.";

    /// <summary>No line of an assembly's code, method bodies included, uses a type that this is said of.</summary>
    public static IEnumerable<string> Mentions(Assembly room, Func<string, string, bool> isForbidden)
    {
        using var file = new PEReader(File.OpenRead(room.Location));
        var metadata = file.GetMetadataReader();
        foreach (var handle in metadata.TypeReferences)
        {
            var type = metadata.GetTypeReference(handle);
            var (space, name) = (metadata.GetString(type.Namespace), metadata.GetString(type.Name));
            if (isForbidden(space, name))
                yield return $"{room.GetName().Name} mentions {space}.{name}.";
        }
    }

    /// <summary>An event is a sealed record that derives from DomainEvent and lives in a namespace of events.</summary>
    public static IEnumerable<string> EventsOfTheWrongKind(IEnumerable<Type> types)
    {
        foreach (var type in Events(types))
        {
            if (!type.IsSealed || !IsRecord(type))
                yield return $"{type} is not a sealed record.";
            if (!type.IsSubclassOf(typeof(DomainEvent)))
                yield return $"{type} does not derive from DomainEvent.";
            if (!type.Namespace!.EndsWith(".Events", StringComparison.Ordinal))
                yield return $"{type} is not in a namespace that ends with .Events.";
        }
    }

    /// <summary>An event can't be changed, and neither can what it holds; it holds no aggregate.</summary>
    public static IEnumerable<string> MutableEvents(IEnumerable<Type> types) =>
        Events(types).SelectMany(type => Mutability(type, type.ToString(), [])).Distinct(StringComparer.Ordinal);

    /// <summary>An event has a stable, unique name that says the same as its class, in the past tense.</summary>
    /// <param name="types">All types.</param>
    /// <param name="streams">The kinds of streams.</param>
    /// <param name="namedByOthers">Classes that have the name that the thing has elsewhere; their events still say what happened to it.</param>
    public static IEnumerable<string> WronglyNamedEvents(IEnumerable<Type> types, IReadOnlyCollection<string> streams, params Type[] namedByOthers)
    {
        var names = new HashSet<(string, int)>();
        foreach (var type in Events(types))
        {
            var isOurs = !namedByOthers.Contains(type);
            if (isOurs && !IsPastTense(type.Name))
                yield return $"{type} is not in the past tense.";
            if (type.GetCustomAttribute<EventTypeAttribute>() is not { } named)
            {
                yield return $"{type} has no [EventType].";
                continue;
            }

            if (isOurs && !streams.Any(stream => string.Equals(named.Name, NameOf(type, stream), StringComparison.Ordinal)))
                yield return $"{type} has the event type {named.Name}, which does not match its class name.";
            if (named.Version < 1 || !names.Add((named.Name, named.Version)))
                yield return $"{type} has the event type {named.Name}, version {named.Version}, which is taken or below 1.";
        }
    }

    /// <summary>The kinds of streams that these aggregates have.</summary>
    public static IReadOnlyCollection<string> Streams(IEnumerable<Type> types) =>
        [.. Aggregates(types).Select(type => ((AggregateRoot)RuntimeHelpers.GetUninitializedObject(type)).StreamType)];

    /// <summary>An aggregate is sealed, made by its own factory and changed by its own methods.</summary>
    public static IEnumerable<string> OpenAggregates(IEnumerable<Type> types)
    {
        foreach (var type in Aggregates(types))
        {
            if (!type.IsSealed)
                yield return $"{type} is not sealed.";
            if (type.GetConstructors().Length > 0)
                yield return $"{type} has a public constructor.";
            foreach (var property in type.GetProperties().Where(property => property.SetMethod is { IsPublic: true }))
                yield return $"{type} has a public setter of {property.Name}.";
            foreach (var field in type.GetFields().Where(field => !field.IsInitOnly && !field.IsLiteral))
                yield return $"{type} has the public field {field.Name}.";
        }
    }

    /// <summary>Handlers and validators live in one room, and no one outside needs their names.</summary>
    public static IEnumerable<string> MisplacedHandlers(IEnumerable<Type> types, Assembly room)
    {
        foreach (var type in types.Where(type => type is { IsAbstract: false, IsInterface: false } && HandlerContracts.Any(contract => Closes(type, contract))))
        {
            if (type.Assembly != room)
                yield return $"{type} is a handler or validator outside {room.GetName().Name}.";
            if (type.IsPublic || type.IsNestedPublic || !type.IsSealed)
                yield return $"{type} is not internal sealed.";
        }
    }

    /// <summary>A notification handler lives among the reactions and is named by its effect.</summary>
    public static IEnumerable<string> ReactionsOfTheWrongName(IEnumerable<Type> types)
    {
        foreach (var type in types.Where(type => !type.IsAbstract && Closes(type, typeof(INotificationHandler<>))))
        {
            // A decorator handles every event and belongs to the pipeline.
            if (type.IsGenericTypeDefinition && type.Namespace!.Contains(".Common", StringComparison.Ordinal))
                continue;
            if (!type.Namespace!.EndsWith(".Reactions", StringComparison.Ordinal))
                yield return $"{type} is not in a namespace that ends with .Reactions.";
            if (type.Name.EndsWith("Handler", StringComparison.Ordinal))
                yield return $"{type} is not named by its effect.";
        }
    }

    /// <summary>A request is a sealed record, a command, a query or a guarded request, says who may send it, and has one handler and one validator, named after it.</summary>
    public static IEnumerable<string> IncompleteRequests(IReadOnlyCollection<Type> types)
    {
        foreach (var type in types.Where(type => type is { IsAbstract: false, IsInterface: false } && type.IsAssignableTo(typeof(IBaseRequest))))
        {
            if (!type.IsSealed || !IsRecord(type))
                yield return $"{type} is not a sealed record.";
            if (new[] { typeof(ICommand<>), typeof(IQuery<>), typeof(IGuardedRequest<>) }.Count(kind => Closes(type, kind)) != 1)
                yield return $"{type} is neither a command nor a query nor a guarded request, or several of them.";
            if (!type.IsDefined(typeof(RequiresAttribute), inherit: false))
                yield return $"{type} does not say who may send it.";
            else if (NamesThing(type) && !type.IsAssignableTo(typeof(IConcerns)) && !(type.IsAssignableTo(typeof(IQuery)) && RequiresAttribute.Of(type).Role is not null))
                yield return $"{type} is about a thing that can be hidden, and is no IConcerns.";
            foreach (var (contract, suffix) in new[] { (typeof(IRequestHandler<,>), "Handler"), (typeof(IValidator<>), "Validator") })
            {
                var found = types.Where(other => other is { IsAbstract: false } && Closes(other, contract, type)).ToList();
                if (found.Count != 1 || !string.Equals(found[0].Name, type.Name + suffix, StringComparison.Ordinal))
                    yield return $"{type} has not exactly one {suffix.ToLowerInvariant()} of the name {type.Name}{suffix}.";
            }
        }
    }

    /// <summary>Whether a request names a task, a project or a webhook. Who joins or leaves a project can't see it yet, or need not; the engine sees all.</summary>
    private static bool NamesThing(Type request) =>
        request != typeof(JoinProject) && request != typeof(LeaveProject) && request != typeof(DisableWebhook)
        && request.GetProperties().Any(property => property.PropertyType == typeof(TaskId) || property.PropertyType == typeof(ProjectId) || property.PropertyType == typeof(WebhookId));

    /// <summary>Endpoints are found by scanning, so each group is an internal sealed class of a feature in the room of HTTP.</summary>
    public static IEnumerable<string> MisplacedEndpoints(IEnumerable<Type> types, Assembly room)
    {
        foreach (var type in types.Where(type => type.Name.EndsWith("Endpoints", StringComparison.Ordinal)))
        {
            if (type.Assembly != room)
                yield return $"{type} is outside {room.GetName().Name}.";
            if (!type.Namespace!.StartsWith("TaskManagement.Api.", StringComparison.Ordinal))
                yield return $"{type} is in no folder of a feature.";
            if (type.IsPublic || !type.IsSealed || !Array.Exists(type.GetInterfaces(), contract => contract.Name == "IEndpointGroup"))
                yield return $"{type} is not an internal sealed IEndpointGroup, so nobody would map it.";
        }
    }

    /// <summary>A public class is sealed, save those that are made to be derived from.</summary>
    public static IEnumerable<string> UnsealedPublicClasses(IEnumerable<Type> types, params Type[] madeToBeDerivedFrom) =>
        from type in types
        where type is { IsClass: true, IsVisible: true, IsSealed: false } && !madeToBeDerivedFrom.Contains(type)
            && type.Namespace?.Contains(".Migrations", StringComparison.Ordinal) == false
        select $"{type} is public and not sealed.";

    private static IEnumerable<Type> Events(IEnumerable<Type> types) =>
        types.Where(type => type is { IsAbstract: false, IsInterface: false } && type.IsAssignableTo(typeof(IDomainEvent)));

    private static IEnumerable<Type> Aggregates(IEnumerable<Type> types) =>
        // What is nested and private is a class's own affair.
        types.Where(type => type is { IsAbstract: false, IsNestedPrivate: false } && type.IsSubclassOf(typeof(AggregateRoot)));

    private static IEnumerable<string> Mutability(Type type, string owner, HashSet<Type> seen)
    {
        if (!seen.Add(type))
            yield break;
        foreach (var field in type.GetFields(BindingFlags.Public | BindingFlags.Instance).Where(field => !field.IsInitOnly))
            yield return $"{owner} can be changed: {type.Name}.{field.Name}.";
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            if (property.SetMethod is { IsPublic: true } setter && !setter.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)))
                yield return $"{owner} can be changed: {type.Name}.{property.Name}.";
            foreach (var part in Parts(property.PropertyType))
            {
                if (part.IsAssignableTo(typeof(AggregateRoot)))
                    yield return $"{owner} holds an aggregate: {type.Name}.{property.Name}.";
                else if (IsMutableCollection(part))
                    yield return $"{owner} holds a collection that can be changed: {type.Name}.{property.Name}.";
                else if (!part.IsEnum && part.Namespace?.StartsWith("TaskManagement", StringComparison.Ordinal) == true)
                {
                    foreach (var violation in Mutability(part, owner, seen))
                        yield return violation;
                }
            }
        }
    }

    private static IEnumerable<Type> Parts(Type type) =>
        [type, .. type.HasElementType ? Parts(type.GetElementType()!) : [], .. type.GetGenericArguments().SelectMany(Parts)];

    private static bool IsMutableCollection(Type type) =>
        type.IsArray
        || (type.Namespace is not ("System.Collections.Immutable" or "System.Collections.Frozen")
            && (Closes(type, typeof(ICollection<>)) || type.IsAssignableTo(typeof(System.Collections.IList))));

    private static bool IsRecord(Type type) => type.GetMethod("<Clone>$") is not null;

    private static bool IsPastTense(string name)
    {
        var last = name[Array.FindLastIndex([.. name], char.IsUpper)..];
        return IrregularPast.Contains(last) || (last.EndsWith("ed", StringComparison.Ordinal) && !OrdersInEd.Contains(last));
    }

    private static string? NameOf(Type type, string stream)
    {
        var prefix = char.ToUpperInvariant(stream[0]) + stream[1..];
        return type.Name.StartsWith(prefix, StringComparison.Ordinal) && type.Name.Length > prefix.Length
            ? $"{stream}.{JsonNamingPolicy.SnakeCaseLower.ConvertName(type.Name[prefix.Length..])}"
            : null;
    }

    private static bool Closes(Type type, Type contract, Type? firstArgument = null) =>
        type.GetInterfaces().Append(type).Any(own =>
            own.IsGenericType && own.GetGenericTypeDefinition() == contract && (firstArgument is null || own.GetGenericArguments()[0] == firstArgument));
}
