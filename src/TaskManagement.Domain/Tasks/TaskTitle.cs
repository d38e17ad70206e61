using TaskManagement.Domain.Common;

namespace TaskManagement.Domain.Tasks;

/// <summary>The title of a task: 1–300 characters after trimming, no control characters.</summary>
public sealed record TaskTitle
{
    /// <summary>The longest title, in Unicode code points.</summary>
    public const int MaxLength = 300;

    /// <summary>What a title may hold.</summary>
    public static readonly TextRule Rule = new("title", MaxLength);

    private TaskTitle(string value) => Value = value;

    /// <summary>The trimmed text.</summary>
    public string Value { get; }

    /// <summary>Makes a title of a text.</summary>
    /// <exception cref="InvalidValueException">The text breaks the <see cref="Rule"/>.</exception>
    public static TaskTitle From(string? text) => new(Rule.Accept(text));
}

/// <summary>The description of a task: Markdown, 1 byte to 64 KiB in UTF-8. A task without one has none, never an empty one.</summary>
public sealed record TaskDescription
{
    /// <summary>The longest description, in bytes of UTF-8.</summary>
    public const int MaxBytes = 64 * 1024;

    /// <summary>What a description may hold.</summary>
    public static readonly TextRule Rule = new("description", MaxBytes) { MultiLine = true, AllowEmpty = true, MaxBytes = MaxBytes };

    private TaskDescription(string value) => Value = value;

    /// <summary>The text, as it was written.</summary>
    public string Value { get; }

    /// <summary>Makes a description of a text; of none or an empty one, none.</summary>
    /// <exception cref="InvalidValueException">The text breaks the <see cref="Rule"/>.</exception>
    public static TaskDescription? From(string? text) => Rule.Accept(text) is { Length: > 0 } value ? new(value) : null;
}
