using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using TaskManagement.Domain.Common;

namespace TaskManagement.Application.Common.Json;

/// <summary>
/// The one JSON dialect of the service, on the wire and in the log: camelCase, words in lower snake_case, ids as UUIDs, times in UTC,
/// null written out; unknown and repeated members refused.
/// </summary>
public static class AppJson
{
    /// <summary>The deepest nesting read.</summary>
    public const int MaxDepth = 16;

    /// <summary>The options, frozen.</summary>
    public static readonly JsonSerializerOptions Options = Create();

    /// <summary>Makes another options object speak the dialect.</summary>
    public static void Configure(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        options.PropertyNameCaseInsensitive = false;
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        options.AllowDuplicateProperties = false;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.MaxDepth = MaxDepth;
        // The documents are JSON alone and never parts of HTML, so nothing but JSON's own characters needs escaping.
        options.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        options.Converters.Add(new EntityIdConverter());
        options.Converters.Add(new WordConverter());
        options.Converters.Add(new OptionalConverter());
        options.Converters.Add(new DueDateConverter());
        options.Converters.Add(new ActorIdConverter());
        options.Converters.Add(new UtcTimeConverter());
        options.TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { LeaveOutEnvelope, LeaveOutAbsentMembers } };
    }

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions();
        Configure(options);
        options.MakeReadOnly();
        return options;
    }

    /// <summary>An event's id and time are columns of the log and attributes on the wire, not part of what it states.</summary>
    private static void LeaveOutEnvelope(JsonTypeInfo type)
    {
        if (!type.Type.IsSubclassOf(typeof(DomainEvent)))
            return;
        for (var i = type.Properties.Count - 1; i >= 0; i--)
        {
            if (type.Properties[i].Name is "eventId" or "occurredAt")
                type.Properties.RemoveAt(i);
        }
    }

    /// <summary>A patch is written as it was said: two that differ only in what they clear are two different requests.</summary>
    private static void LeaveOutAbsentMembers(JsonTypeInfo type)
    {
        foreach (var property in type.Properties)
        {
            if (!property.PropertyType.IsGenericType || property.PropertyType.GetGenericTypeDefinition() != typeof(Optional<>))
                continue;
            var absent = Activator.CreateInstance(property.PropertyType);
            property.ShouldSerialize = (_, member) => !Equals(member, absent);
        }
    }
}
