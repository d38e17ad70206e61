using System.Buffers;
using System.Text;

namespace TaskManagement.Domain.Common;

/// <summary>What a text may hold. One instance stands beside each text value object and serves its factory and its validators.</summary>
/// <param name="field">The name the error codes begin with, such as <c>title</c>.</param>
/// <param name="maxCharacters">The longest text after trimming, in Unicode code points.</param>
public sealed class TextRule(string field, int maxCharacters)
{
    private static readonly SearchValues<char> LineCharacters = SearchValues.Create("\n\r\t");

    /// <summary>Whether line breaks and tabs are allowed; all other control characters never are.</summary>
    public bool MultiLine { get; init; }

    /// <summary>The longest text in UTF-8 bytes, where that is limited too.</summary>
    public int MaxBytes { get; init; } = int.MaxValue;

    /// <summary>Whether an empty text is admitted. If not, one of nothing but space is not either.</summary>
    public bool AllowEmpty { get; init; }

    /// <summary>Says what is wrong with a text, or null if nothing is.</summary>
    public ValueError? Check(string? raw)
    {
        var text = Normalize(raw);
        if (AllowEmpty ? text.Length == 0 : string.IsNullOrWhiteSpace(text))
            return AllowEmpty ? null : new($"{field}.required", $"The {field} must not be empty.");
        if (HasLoneSurrogate(text))
            return new($"{field}.malformed", $"The {field} is not well-formed Unicode.");
        if (HasForbiddenControl(text))
            return new($"{field}.control_character", $"The {field} must not contain control characters.");
        if (text.Length > maxCharacters && CodePoints(text) > maxCharacters)
            return new($"{field}.too_long", $"The {field} must have at most {maxCharacters} characters.");
        if (MaxBytes != int.MaxValue && Encoding.UTF8.GetByteCount(text) > MaxBytes)
            return new($"{field}.too_long", $"The {field} must have at most {MaxBytes} bytes in UTF-8.");
        return null;
    }

    /// <summary>The text as it is kept.</summary>
    /// <exception cref="InvalidValueException">The rule does not admit it.</exception>
    public string Accept(string? raw) => Check(raw) is { } error ? throw new InvalidValueException(error) : Normalize(raw);

    // Trimming would eat the indentation of a Markdown text's first line.
    private string Normalize(string? raw) => MultiLine ? raw ?? "" : raw?.Trim() ?? "";

    private bool HasForbiddenControl(string text)
    {
        foreach (var c in text)
        {
            if (char.IsControl(c) && !(MultiLine && LineCharacters.Contains(c)))
                return true;
        }

        return false;
    }

    private static bool HasLoneSurrogate(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i]))
                continue;
            if (!char.IsHighSurrogate(text[i]) || i + 1 == text.Length || !char.IsLowSurrogate(text[i + 1]))
                return true;
            i++;
        }

        return false;
    }

    private static int CodePoints(string text)
    {
        var count = 0;
        foreach (var _ in text.EnumerateRunes())
            count++;
        return count;
    }
}
