using System.Globalization;
using System.Text.RegularExpressions;

namespace TaskManagement.Application.Common.EventLog;

/// <summary>
/// Which types of events are meant: one, such as <c>task.completed</c>, or in one version, such as <c>taskmanagement.task.completed.v1</c>; or all
/// that begin with the same words, such as <c>task.*</c> or <c>taskmanagement.task.*</c>.
/// </summary>
/// <param name="Name">The name of the type; of a prefix, the words it begins with and a dot. Empty for all.</param>
/// <param name="Version">The version of its shape; null for any.</param>
/// <param name="IsPrefix">Whether all types are meant that begin so.</param>
public sealed partial record EventTypePattern(string Name, int? Version, bool IsPrefix)
{
    private const string Service = "taskmanagement.";

    /// <summary>Reads a pattern as clients write it.</summary>
    public static EventTypePattern? Parse(string? text)
    {
        if (text is null || text.Length > 150)
            return null;
        var bare = text.StartsWith(Service, StringComparison.Ordinal) ? text[Service.Length..] : text;
        if (bare == "*")
            return new("", null, IsPrefix: true);
        if (Form().Match(bare) is not { Success: true } match)
            return null;
        if (match.Groups["all"].Success)
            return new(match.Groups["name"].Value + ".", null, IsPrefix: true);
        return new(match.Groups["name"].Value, VersionIn(match.Groups["version"]), IsPrefix: false);
    }

    /// <summary>Whether a type is meant, whatever its version.</summary>
    public bool Takes(string type) =>
        IsPrefix ? type.StartsWith(Name, StringComparison.Ordinal) : string.Equals(type, Name, StringComparison.Ordinal);

    /// <summary>Whether events of a type in a version are meant.</summary>
    public bool Takes(string type, int version) => Takes(type) && (Version is null || Version == version);

    private static int? VersionIn(Group version) => version.Success ? int.Parse(version.Value, CultureInfo.InvariantCulture) : null;

    // No pattern of this service has a time limit: none backtracks over what it may be given, and a limit fails when the machine stalls.
    [GeneratedRegex(
        @"\A(?<name>[a-z][a-z0-9_]*(\.(?!v[0-9]+(\.|\z))[a-z][a-z0-9_]*)*)((?<all>\.\*)|\.v(?<version>[1-9][0-9]{0,5}))?\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: -1)]
    private static partial Regex Form();
}
