using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using TaskManagement.Domain.Common;
using TaskManagement.Domain.Incoming.Events;

namespace TaskManagement.Domain.Incoming;

/// <summary>
/// The attributes of a CloudEvent, in the form of text that CloudEvents 1.0 gives to every type of them. What may stand in them is said there; the
/// limits on lengths and numbers are ours.
/// </summary>
public static partial class CloudEventAttributes
{
    /// <summary>The longest value of an attribute, in UTF-16 units.</summary>
    public const int MaxLength = 1024;

    /// <summary>The longest name of an extension, in characters. CloudEvents advises against more than 20.</summary>
    public const int MaxNameLength = 64;

    /// <summary>The most extensions of one event.</summary>
    public const int MaxExtensions = 64;

    private const string Version = "1.0";
    private const string SpecVersion = "specversion";

    /// <summary>The attributes that CloudEvents itself defines, each with what it may hold.</summary>
    private static readonly Dictionary<string, (bool IsRequired, Func<string, bool> Admits, string Form)> Defined = new(StringComparer.Ordinal)
    {
        [SpecVersion] = (true, value => value == Version, "1.0"),
        ["id"] = (true, _ => true, "a text"),
        ["source"] = (true, value => UriReference().IsMatch(value), "a URI-reference (RFC 3986), all else than its characters percent-encoded"),
        ["type"] = (true, _ => true, "a text"),
        ["subject"] = (false, _ => true, "a text"),
        ["time"] = (false, value => ReadTime(value) is not null, "a time of RFC 3339, such as 2026-12-01T17:00:00Z"),
        ["datacontenttype"] = (false, value => MediaType().IsMatch(value), "a media type (RFC 2046)"),
        ["dataschema"] = (false, value => AbsoluteUri().IsMatch(value) && UriReference().IsMatch(value), "an absolute URI"),
    };

    /// <summary>Whether data of a media type is JSON: none means that it is.</summary>
    public static bool IsJson(string? mediaType)
    {
        if (mediaType is null)
            return true;
        var bare = mediaType.Split(';')[0].TrimEnd();
        return bare.EndsWith("/json", StringComparison.OrdinalIgnoreCase) || bare.EndsWith("+json", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Makes an event of its attributes and its data, or says of each attribute what is wrong with it.</summary>
    /// <param name="attributes">The attributes that are set, by name.</param>
    /// <param name="data">The data as JSON or text, or null.</param>
    /// <param name="dataBase64">The data as bytes in Base64, or null.</param>
    /// <param name="isWrong">Is told of every attribute that is missing or not admitted, and why.</param>
    /// <returns>The event; null if anything is wrong.</returns>
    public static IncomingCloudEvent? Read(
        IReadOnlyDictionary<string, string> attributes, JsonElement? data, string? dataBase64, Action<string, ValueError> isWrong)
    {
        ArgumentNullException.ThrowIfNull(attributes);
        ArgumentNullException.ThrowIfNull(isWrong);
        var faults = Defined.Where(defined => defined.Value.IsRequired && !attributes.ContainsKey(defined.Key))
            .Select(missing => (missing.Key, Error: (ValueError?)new ValueError("cloudevent.attribute_missing", $"A CloudEvent has the attribute {missing.Key}.")))
            .Concat(attributes.Select(attribute => (attribute.Key, Error: Check(attribute.Key, attribute.Value))))
            .Where(fault => fault.Error is not null)
            .ToList();
        foreach (var (name, error) in faults)
            isWrong(name, error!);
        var extensions = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in attributes.Where(attribute => !Defined.ContainsKey(attribute.Key)))
            extensions.Add(name, value);
        if (extensions.Count > MaxExtensions)
            isWrong(extensions.Keys.Last(), new("cloudevent.too_many_extensions", $"An event may have {MaxExtensions} extensions."));
        if (faults.Count > 0 || extensions.Count > MaxExtensions)
            return null;
        return new(
            attributes["id"],
            attributes["source"],
            attributes["type"],
            attributes.GetValueOrDefault("subject"),
            attributes.TryGetValue("time", out var time) ? ReadTime(time) : null,
            attributes.GetValueOrDefault("datacontenttype"),
            attributes.GetValueOrDefault("dataschema"),
            extensions,
            data is { ValueKind: JsonValueKind.Null } ? null : data,
            dataBase64);
    }

    /// <summary>Says what is wrong with an attribute, or null if nothing is.</summary>
    private static ValueError? Check(string name, string value)
    {
        var isDefined = Defined.TryGetValue(name, out var defined);
        if (!isDefined && (name.Length > MaxNameLength || name == "data" || !Name().IsMatch(name)))
            return Malformed($"The name of an attribute has 1 to {MaxNameLength} lower-case letters a–z and digits, and is not data.");
        if (value.Length > MaxLength)
            return new("cloudevent.attribute_too_long", $"The attribute {name} must have at most {MaxLength} characters.");
        if (!IsText(value))
            return Malformed($"The attribute {name} must have neither control characters nor what is no character in Unicode.");
        if (!isDefined)
            return null;
        if (value.Length == 0)
            return Malformed($"The attribute {name} must not be empty.");
        return defined.Admits(value) ? null : Malformed($"The attribute {name} must be {defined.Form}.");
    }

    private static ValueError Malformed(string message) => new("cloudevent.attribute_malformed", message);

    /// <summary>What CloudEvents takes for a string: no control characters, no lone surrogates, no noncharacters.</summary>
    private static bool IsText(string value)
    {
        for (var i = 0; i < value.Length; i++)
        {
            if (char.IsControl(value[i]))
                return false;
            var character = (int)value[i];
            if (char.IsSurrogate(value[i]))
            {
                if (!char.IsSurrogatePair(value, i))
                    return false;
                character = char.ConvertToUtf32(value, i++);
            }

            if (character is >= 0xFDD0 and <= 0xFDEF || (character & 0xFFFE) == 0xFFFE)
                return false;
        }

        return true;
    }

    /// <summary>Reads a time, to the millisecond as everywhere; null if it is none.</summary>
    private static DateTimeOffset? ReadTime(string value)
    {
        if (Time().Match(value) is not { Success: true } match)
            return null;
        // Letters may be small, and decimals as many as one likes.
        var fraction = match.Groups["fraction"].Value;
        var text = string.Concat(match.Groups["second"].Value, fraction.AsSpan(0, Math.Min(fraction.Length, ".fff".Length)), match.Groups["offset"].Value).ToUpperInvariant();
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? time.ToUniversalTime() : null;
    }

    [GeneratedRegex(@"\A[a-z0-9]+\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: -1)]
    private static partial Regex Name();

    // A colon in the first segment ends a scheme; then characters and percent-encoded ones, and one fragment at most.
    [GeneratedRegex(
        @"\A([A-Za-z][A-Za-z0-9+.\-]*:|(?![^/?#]*:))([A-Za-z0-9\-._~:/?\[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})*(#([A-Za-z0-9\-._~:/?@!$&'()*+,;=]|%[0-9A-Fa-f]{2})*)?\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: -1)]
    private static partial Regex UriReference();

    [GeneratedRegex(@"\A[A-Za-z][A-Za-z0-9+.\-]*:.", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: -1)]
    private static partial Regex AbsoluteUri();

    [GeneratedRegex(
        @"\A[A-Za-z0-9!#$&^_.+\-]+/[A-Za-z0-9!#$&^_.+\-]+([ ]*;[ ]*[A-Za-z0-9!#$%&'*+.^_`|~\-]+=([A-Za-z0-9!#$%&'*+.^_`|~\-]+|""([^""\\]|\\.)*""))*\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: -1)]
    private static partial Regex MediaType();

    [GeneratedRegex(
        @"\A(?<second>[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2})(?<fraction>\.[0-9]+)?(?<offset>[Zz]|[+\-][0-9]{2}:[0-9]{2})\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: -1)]
    private static partial Regex Time();
}
