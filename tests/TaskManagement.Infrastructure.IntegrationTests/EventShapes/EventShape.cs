using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using TaskManagement.Application.Common.Json;
using TaskManagement.Domain.Common;
using TaskManagement.Domain.Tasks;

namespace TaskManagement.Infrastructure.IntegrationTests.EventShapes;

/// <summary>
/// The shape of what an event states, as JSON: an object with the kind of each member, which is a word, an array of one kind, or an object
/// again. The name of a member that can be null ends in a question mark.
/// </summary>
internal static class EventShape
{
    public const string Words = "one of ";

    private static readonly Dictionary<Type, string> Kinds = new()
    {
        [typeof(string)] = "text",
        [typeof(bool)] = "boolean",
        [typeof(int)] = "integer",
        [typeof(long)] = "integer",
        [typeof(decimal)] = "number",
        [typeof(double)] = "number",
        [typeof(Guid)] = "uuid",
        [typeof(DateTimeOffset)] = "time",
        [typeof(DateOnly)] = "date",
        [typeof(TimeSpan)] = "duration",
        [typeof(ActorId)] = "actor",
        [typeof(DueDate)] = "due date",
        [typeof(JsonElement)] = "JSON",
        [typeof(IReadOnlyDictionary<string, string>)] = "texts by name",
    };

    /// <summary>The shape of a class of events.</summary>
    public static JsonObject Of(Type type) => ObjectOf(type, []);

    /// <summary>Each member with its kind, one a line; those of an object within follow their object.</summary>
    public static IEnumerable<string> Lines(JsonObject shape, string path = "") => shape.SelectMany(member => member.Value switch
    {
        JsonObject inner => Lines(inner, $"{path}{member.Key}.").Prepend($"{path}{member.Key}: object"),
        JsonArray { Count: 1 } array when array[0] is JsonObject inner => Lines(inner, $"{path}{member.Key}[].").Prepend($"{path}{member.Key}: array of objects"),
        JsonArray { Count: 1 } array => [$"{path}{member.Key}: array of {array[0]}"],
        var kind => [$"{path}{member.Key}: {kind}"],
    });

    private static JsonObject ObjectOf(Type type, NullabilityInfo[] arguments)
    {
        var shape = new JsonObject();
        foreach (var member in AppJson.Options.GetTypeInfo(type).Properties)
        {
            var info = InfoOf(type, (PropertyInfo)member.AttributeProvider!, arguments);
            shape.Add(IsNullable(info) ? member.Name + "?" : member.Name, KindOf(info));
        }

        return shape;
    }

    /// <summary>A member of the type of a type parameter can be null where the argument can.</summary>
    private static NullabilityInfo InfoOf(Type type, PropertyInfo member, NullabilityInfo[] arguments) =>
        type.IsGenericType && type.GetGenericTypeDefinition().GetProperty(member.Name)!.PropertyType is { IsGenericParameter: true, GenericParameterPosition: var position }
            ? arguments[position]
            : new NullabilityInfoContext().Create(member);

    private static bool IsNullable(NullabilityInfo info) => info.ReadState == NullabilityState.Nullable;

    private static JsonNode KindOf(NullabilityInfo info)
    {
        var type = Nullable.GetUnderlyingType(info.Type) ?? info.Type;
        if (Kinds.TryGetValue(type, out var kind))
            return kind;
        if (type.IsEnum)
            return Words + string.Join(", ", (IEnumerable<string>)typeof(Words<>).MakeGenericType(type).GetProperty("All")!.GetValue(null)!);
        if (Array.Exists(type.GetInterfaces(), contract => contract.IsGenericType && contract.GetGenericTypeDefinition() == typeof(IEntityId<>)))
            return "uuid";
        return AppJson.Options.GetTypeInfo(type).Kind switch
        {
            JsonTypeInfoKind.Enumerable when !IsNullable(ElementOf(info)) => new JsonArray(KindOf(ElementOf(info))),
            JsonTypeInfoKind.Object => ObjectOf(type, info.GenericTypeArguments),
            _ => throw new NotSupportedException($"What {type} is in JSON is unknown here; say what kind it is."),
        };
    }

    private static NullabilityInfo ElementOf(NullabilityInfo info) => info.ElementType ?? info.GenericTypeArguments[0];
}
