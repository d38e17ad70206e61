using System.CommandLine;
using System.Globalization;

namespace TaskManagement.Cli.Commands;

/// <summary>A place in the log: a position, or a time.</summary>
internal sealed record LogPoint(string? Position, DateTimeOffset? Time)
{
    private static readonly string[] Formats =
        ["yyyy-MM-dd", "yyyy-MM-dd HH:mm", "yyyy-MM-dd HH:mm:ss", "yyyy-MM-ddTHH:mm", "yyyy-MM-ddTHH:mm:ss", "yyyy-MM-ddTHH:mm:ssK", "yyyy-MM-ddTHH:mm:ss.FFFFFFFK", "yyyy-MM-dd HH:mm:ssK"];

    /// <summary>An option that is one.</summary>
    public static Option<LogPoint?> Option(string name, string description)
    {
        var option = new Option<LogPoint?>(name)
        {
            Description = description + " A position, or a time such as 2026-11-20 or 2026-11-20T17:00:00Z, in UTC unless it says otherwise.",
            HelpName = "position|time",
        };
        option.CustomParser = result =>
        {
            if (Parse(result.Tokens[0].Value) is { } point)
                return point;
            result.AddError($"{name} must be a position, which is a whole number, or a time such as 2026-11-20T17:00:00Z.");
            return null;
        };
        return option;
    }

    private static LogPoint? Parse(string text)
    {
        if (text.Length > 0 && text.All(char.IsAsciiDigit))
            return new(text, null);
        return DateTimeOffset.TryParseExact(text, Formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? new(null, time.ToUniversalTime())
            : null;
    }
}
