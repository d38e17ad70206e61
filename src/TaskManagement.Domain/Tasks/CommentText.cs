using System.Text.RegularExpressions;
using TaskManagement.Domain.Common;

namespace TaskManagement.Domain.Tasks;

/// <summary>What a comment says: Markdown, 1–10,000 characters, not of space alone. <c>@</c> and the id of a person mentions that person.</summary>
public sealed partial record CommentText
{
    /// <summary>The longest text, in Unicode code points.</summary>
    public const int MaxLength = 10_000;

    /// <summary>The most people that one comment may mention.</summary>
    public const int MaxMentions = 50;

    private static readonly TextRule Rule = new("text", MaxLength) { MultiLine = true };

    private CommentText(string value)
    {
        Value = value;
        Mentions = FindMentions(value);
    }

    /// <summary>The text, as it was written.</summary>
    public string Value { get; }

    /// <summary>The people whom it mentions, each once, in the order in which they are mentioned first.</summary>
    public IReadOnlyList<UserId> Mentions { get; }

    /// <summary>Says what is wrong with a text, or null if nothing is.</summary>
    public static ValueError? Check(string? text)
    {
        if (Rule.Check(text) is { } error)
            return error;
        return FindMentions(text!).Count > MaxMentions ? new("mentions.too_many", $"A comment mentions at most {MaxMentions} people.") : null;
    }

    /// <summary>Makes the text of a comment.</summary>
    /// <exception cref="InvalidValueException"><see cref="Check"/> does not admit it.</exception>
    public static CommentText From(string? text) => Check(text) is { } error ? throw new InvalidValueException(error) : new(text!);

    private static List<UserId> FindMentions(string text) =>
        [.. Mention().Matches(text).Select(match => new UserId(Guid.ParseExact(match.ValueSpan[1..], "D"))).Distinct()];

    // Not within a word or an address, such as ann@…, nor with more behind it than an id.
    [GeneratedRegex(@"(?<![\w@.+-])@[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![\w-])", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: -1)]
    private static partial Regex Mention();
}
