using System.Reflection;
using TaskManagement.Domain.Common;
using TaskManagement.Domain.Incoming.Events;

namespace TaskManagement.Application.Incoming;

/// <summary>
/// Says which types of CloudEvents a handler of <see cref="IncomingCloudEvent"/> takes, in the transaction and after the commit alike. A handler
/// without it takes all of them. About other events it says nothing.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class CloudEventTypesAttribute : Attribute
{
    /// <summary>Takes CloudEvents of any of these types.</summary>
    /// <param name="patterns">Each a type, such as <c>com.example.build.failed</c>, or the beginning of types, such as <c>com.example.build.*</c>.</param>
    /// <exception cref="ArgumentException">There is none, or one has an asterisk that is not its last character.</exception>
    public CloudEventTypesAttribute(params string[] patterns)
    {
        ArgumentNullException.ThrowIfNull(patterns);
        if (patterns.Length == 0)
            throw new ArgumentException("Say which types of CloudEvents the handler takes.", nameof(patterns));
        foreach (var pattern in patterns)
        {
            if (string.IsNullOrEmpty(pattern) || pattern.AsSpan(0, pattern.Length - 1).Contains('*'))
                throw new ArgumentException($"'{pattern}' is no pattern: an asterisk may be its last character only.", nameof(patterns));
        }

        Patterns = patterns;
    }

    /// <summary>The types, and the beginnings of types.</summary>
    public IReadOnlyList<string> Patterns { get; }

    /// <summary>The types and the beginnings of types that a handler says it takes; null if it says nothing of them.</summary>
    public static IReadOnlyList<string>? Of(Type handler) => handler.GetCustomAttribute<CloudEventTypesAttribute>()?.Patterns;

    /// <summary>Whether a handler takes an event: any that is no CloudEvent, and those of the types that it names.</summary>
    public static bool Takes(Type handler, IDomainEvent happened) =>
        happened is not IncomingCloudEvent { Type: var type } || Of(handler) is not { } patterns || patterns.Any(pattern => Fits(pattern, type));

    private static bool Fits(string pattern, string type) => pattern[^1] == '*'
        ? type.AsSpan().StartsWith(pattern.AsSpan(0, pattern.Length - 1), StringComparison.Ordinal)
        : string.Equals(pattern, type, StringComparison.Ordinal);
}
