using System.Globalization;
using TaskManagement.Application.Common;

namespace TaskManagement.Api.Http;

/// <summary>Entity tags and the conditions on them (RFC 9110). The tag of a representation is its version in quotes.</summary>
internal static class Preconditions
{
    // A version that nothing has: for tags that can't be one of ours, and so never match.
    private const long NoVersion = -1;

    /// <summary>The entity tag of a version.</summary>
    public static string TagOf(long version) => string.Create(CultureInfo.InvariantCulture, $"\"{version}\"");

    /// <summary>The version that If-Match names; null if any will do.</summary>
    /// <exception cref="MalformedRequestException">It is not one entity tag or an asterisk.</exception>
    public static long? ExpectedVersion(this HttpRequest request)
    {
        if (!request.Headers.TryGetValue("If-Match", out var values))
            return null;
        return values.ToString().Trim() switch
        {
            "*" => null,
            ['"', .. var version, '"'] when !version.Contains('"', StringComparison.Ordinal) =>
                long.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : NoVersion,
            // Weak tags never match in a strong comparison.
            ['W', '/', '"', .. var weak, '"'] when !weak.Contains('"', StringComparison.Ordinal) => NoVersion,
            _ => throw new MalformedRequestException(new RequestError(
                "header.malformed", "If-Match must be one entity tag, such as \"3\", or *.", Parameter: "If-Match")),
        };
    }

    /// <summary>Whether If-None-Match names this version, so that the caller has it already.</summary>
    public static bool HasCurrent(this HttpRequest request, long version)
    {
        var tag = TagOf(version);
        return request.Headers.IfNoneMatch
            .SelectMany(value => value?.Split(',') ?? [])
            .Select(candidate => candidate.Trim())
            .Any(candidate => candidate == "*" || candidate == tag || candidate == "W/" + tag);
    }
}
