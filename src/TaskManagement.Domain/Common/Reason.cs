using System.Diagnostics.CodeAnalysis;

namespace TaskManagement.Domain.Common;

/// <summary>Why someone did something, in their words: 1–500 characters on one line.</summary>
public sealed record Reason
{
    /// <summary>What a reason may hold.</summary>
    public static readonly TextRule Rule = new("reason", 500);

    private Reason(string value) => Value = value;

    /// <summary>The trimmed text.</summary>
    public string Value { get; }

    /// <summary>Makes a reason of a text; of none, none.</summary>
    /// <exception cref="InvalidValueException">The text breaks the <see cref="Rule"/>.</exception>
    [return: NotNullIfNotNull(nameof(text))]
    public static Reason? From(string? text) => text is null ? null : new(Rule.Accept(text));
}
