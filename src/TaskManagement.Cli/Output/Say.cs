using System.Globalization;
using Spectre.Console;

namespace TaskManagement.Cli.Output;

/// <summary>Values as people read them.</summary>
internal static class Say
{
    public const string Nothing = "-";

    private static readonly string[] Units = ["B", "KiB", "MiB", "GiB", "TiB"];

    public static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    public static string Time(DateTimeOffset? time) =>
        time is { } at ? at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture) : Nothing;

    public static string Count(long number, string one, string? many = null) => $"{Number(number)} {(number == 1 ? one : many ?? one + "s")}";

    /// <summary>How long something takes or lasts, in the two units that matter.</summary>
    public static string Duration(double seconds) => TimeSpan.FromSeconds(Math.Min(seconds, 1e9)) switch
    {
        { TotalSeconds: <= 0 } => Nothing,
        { TotalSeconds: < 1 } time => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0} ms"),
        { TotalMinutes: < 1 } time => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.#} s"),
        { TotalHours: < 1 } time => string.Create(CultureInfo.InvariantCulture, $"{time.Minutes} min {time.Seconds} s"),
        { TotalDays: < 1 } time => string.Create(CultureInfo.InvariantCulture, $"{time.Hours} h {time.Minutes} min"),
        var time => string.Create(CultureInfo.InvariantCulture, $"{time.Days} d {time.Hours} h"),
    };

    public static string Bytes(long bytes)
    {
        var (size, unit) = ((double)bytes, 0);
        for (; size >= 1024 && unit < Units.Length - 1; unit++)
            size /= 1024;
        return string.Create(CultureInfo.InvariantCulture, $"{size:0.#} {Units[unit]}");
    }

    /// <summary>The first line of a text, cut where it is too long to be one.</summary>
    public static string Line(string? text, int length = 100)
    {
        var line = (text ?? Nothing).ReplaceLineEndings("\n").Split('\n')[0];
        return line.Length <= length ? line : line[..(length - 1)] + "…";
    }

    public static string List(IEnumerable<string> words) => string.Join(", ", words) is { Length: > 0 } list ? list : Nothing;

    /// <summary>Types of events, or how many there are if they would fill lines.</summary>
    public static string Types(IReadOnlyList<string> types)
    {
        const int most = 8;
        return types.Count <= most ? List(types) : string.Create(CultureInfo.InvariantCulture, $"{types.Count} types, {types[0]} … {types[^1]}");
    }

    /// <summary>A node by its machine and process, without the part that only tells runs apart.</summary>
    public static string Node(string? node) => node is null ? Nothing : string.Join(':', node.Split(':').Take(2));

    /// <summary>The colour that a state has.</summary>
    public static Style Tone(string state) => state switch
    {
        "running" or "delivered" or "finished" or "handled" => new(Color.Green),
        "paused" or "retrying" or "behind" or "blocked" or "not_reached" or "not_numbered" => new(Color.Yellow),
        "unheld" or "orphaned" or "dead" or "failed" or "failed_for_good" or "timed_out" => new(Color.Red),
        _ => Style.Plain,
    };

    public static string Words(string state) => state.Replace('_', ' ');
}
