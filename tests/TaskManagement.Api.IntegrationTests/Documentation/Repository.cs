using System.Text.RegularExpressions;
using TaskManagement.TestSupport;

namespace TaskManagement.Api.IntegrationTests.Documentation;

/// <summary>The files of the repository that the tests were built from.</summary>
internal static partial class Repository
{
    public static string Root => Checkout.Root;

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path)).ReplaceLineEndings("\n");

    /// <summary>A page's text below a heading, up to the next one of the same level.</summary>
    public static string Section(string path, string heading)
    {
        var page = Read(path);
        var start = page.IndexOf($"\n## {heading}\n", StringComparison.Ordinal);
        Assert.True(start >= 0, $"{path} has no section '{heading}'.");
        var end = page.IndexOf("\n## ", start + 1, StringComparison.Ordinal);
        return end < 0 ? page[start..] : page[start..end];
    }

    /// <summary>The fenced blocks of a language in a text.</summary>
    public static IReadOnlyList<string> Blocks(string text, string language) =>
        [.. Block().Matches(text).Where(block => block.Groups["language"].Value == language).Select(block => block.Groups["code"].Value)];

    [GeneratedRegex("^```(?<language>[a-z]+)\n(?<code>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Block();
}
