using System.Globalization;

namespace TaskManagement.Application.Operations;

/// <summary>Positions in the log as they are written outside: words that callers pass on as they got them.</summary>
public static class Positions
{
    /// <summary>The word for a position.</summary>
    public static string Format(long position) => position.ToString(CultureInfo.InvariantCulture);

    /// <summary>The position that a word stands for.</summary>
    /// <exception cref="FormatException">It stands for none.</exception>
    public static long Parse(string text) =>
        TryParse(text, out var position) ? position : throw new FormatException($"'{text}' is no position.");

    /// <summary>The position that a word stands for, if it does.</summary>
    public static bool TryParse(string? text, out long position) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out position) && position < long.MaxValue;
}
