using System.Globalization;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Json;

namespace TaskManagement.Api.Http;

/// <summary>One word of an enum in a query.</summary>
internal readonly record struct Word<TEnum>(TEnum Value)
    where TEnum : struct, Enum
{
    public static bool TryParse(string? text, out Word<TEnum> word)
    {
        var read = Words<TEnum>.TryParse(text, out var value);
        word = new(value);
        return read;
    }
}

/// <summary>A UUID in a query, in its canonical form of 36 characters.</summary>
internal readonly record struct Uuid(Guid Value)
{
    public static bool TryParse(string? text, out Uuid uuid)
    {
        var read = Guid.TryParseExact(text, "D", out var value) && string.Equals(value.ToString(), text, StringComparison.OrdinalIgnoreCase);
        uuid = new(value);
        return read;
    }
}

/// <summary>An instant in a query: RFC 3339 with an offset, or a date, which means its beginning in UTC.</summary>
internal readonly record struct Instant(DateTimeOffset Value)
{
    private static readonly string[] Formats =
    [
        "yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK",
    ];

    public static bool TryParse(string? text, out Instant instant)
    {
        // In a query a plus sign that was not escaped arrives as a space.
        var read = DateTimeOffset.TryParseExact(
            text?.Replace(' ', '+'), Formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var value)
            && (text!.Length == 10 || text[^1] == 'Z' || text[^6] is '+' or '-' or ' ');
        instant = new(value.ToUniversalTime());
        return read;
    }
}

/// <summary>The address of a client in a query: IPv4 or IPv6, as the log writes it.</summary>
internal readonly record struct Address(string Value)
{
    public static bool TryParse(string? text, out Address address)
    {
        var canonical = ClientAddress.Canonical(text);
        address = new(canonical ?? "");
        return canonical is not null;
    }
}

/// <summary>A day in a query: an ISO date, without a time.</summary>
internal readonly record struct Day(DateOnly Value)
{
    public static bool TryParse(string? text, out Day day)
    {
        var read = DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var value);
        day = new(value);
        return read;
    }
}
