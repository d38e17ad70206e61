using System.Globalization;
using System.Text.Json;

namespace TaskManagement.Infrastructure.EventLog.Operations.Verification;

/// <summary>Values as a report shows them.</summary>
internal static class Shown
{
    private const int Longest = 200;
    private const int Before = 20;

    /// <summary>Two values that differ. Of long texts it is the part where they do.</summary>
    public static (string? One, string? Other) Beside(object? one, object? other)
    {
        var (a, b) = (Text(one), Text(other));
        if (a is null || b is null || Math.Max(a.Length, b.Length) <= Longest)
            return (Cut(a, 0), Cut(b, 0));
        var start = Math.Max(0, a.AsSpan().CommonPrefixLength(b) - Before);
        return (Cut(a, start), Cut(b, start));
    }

    private static string? Text(object? value) => value switch
    {
        null => null,
        DateTimeOffset time => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
        Enum word => JsonNamingPolicy.SnakeCaseLower.ConvertName(word.ToString()),
        IFormattable formattable => formattable.ToString(format: null, CultureInfo.InvariantCulture),
        _ => value.ToString(),
    };

    private static string? Cut(string? text, int start)
    {
        if (text is null || (start == 0 && text.Length <= Longest))
            return text;
        var rest = text[Math.Min(start, text.Length)..];
        return $"{(start > 0 ? "…" : "")}{(rest.Length > Longest ? rest[..Longest] + "…" : rest)}";
    }
}
