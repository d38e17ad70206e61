using System.Text.RegularExpressions;
using TaskManagement.Domain.Common;

namespace TaskManagement.Domain.Projects;

/// <summary>The short name of a project, the first part of its tasks' keys: 2–10 capital letters and digits, a letter first. It never changes.</summary>
public sealed partial record ProjectKey
{
    /// <summary>The longest key, in characters.</summary>
    public const int MaxLength = 10;

    private ProjectKey(string value) => Value = value;

    /// <summary>The key in capitals.</summary>
    public string Value { get; }

    /// <summary>Says what is wrong with a key, or null if nothing is. Small letters are taken for capitals.</summary>
    public static ValueError? Check(string? text) => text switch
    {
        null or "" => new("key.required", "The key must not be empty."),
        _ when !Pattern().IsMatch(text) => new("key.malformed", "The key must have 2 to 10 letters A–Z and digits and begin with a letter."),
        _ => null,
    };

    /// <summary>Makes a key of a text.</summary>
    /// <exception cref="InvalidValueException"><see cref="Check"/> says what is wrong with it.</exception>
    public static ProjectKey From(string? text) =>
        Check(text) is { } error ? throw new InvalidValueException(error) : new(text!.ToUpperInvariant());

    /// <inheritdoc />
    public override string ToString() => Value;

    [GeneratedRegex(@"\A[A-Za-z][A-Za-z0-9]{1,9}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: -1)]
    private static partial Regex Pattern();
}

/// <summary>The name of a project: 1–200 characters after trimming, no control characters.</summary>
public sealed record ProjectName
{
    /// <summary>The longest name, in Unicode code points.</summary>
    public const int MaxLength = 200;

    /// <summary>What a name may hold.</summary>
    public static readonly TextRule Rule = new("name", MaxLength);

    private ProjectName(string value) => Value = value;

    /// <summary>The trimmed text.</summary>
    public string Value { get; }

    /// <summary>Makes a name of a text.</summary>
    /// <exception cref="InvalidValueException">The text breaks the <see cref="Rule"/>.</exception>
    public static ProjectName From(string? text) => new(Rule.Accept(text));
}
