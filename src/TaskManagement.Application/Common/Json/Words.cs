using System.Collections.Frozen;
using System.Text.Json;

namespace TaskManagement.Application.Common.Json;

/// <summary>The words that stand for the values of an enum outside the code: its names in lower snake_case.</summary>
/// <typeparam name="TEnum">The enum.</typeparam>
public static class Words<TEnum>
    where TEnum : struct, Enum
{
    private static readonly FrozenDictionary<TEnum, string> ByValue =
        Enum.GetValues<TEnum>().ToFrozenDictionary(value => value, value => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString()));

    private static readonly FrozenDictionary<string, TEnum> ByWord = ByValue.ToFrozenDictionary(pair => pair.Value, pair => pair.Key);

    /// <summary>All words, in the order of the values.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Enum.GetValues<TEnum>().Select(Of)];

    /// <summary>The word for a value.</summary>
    public static string Of(TEnum value) => ByValue[value];

    /// <summary>The value of a word.</summary>
    public static bool TryParse(string? word, out TEnum value)
    {
        value = default;
        return word is not null && ByWord.TryGetValue(word, out value);
    }
}
