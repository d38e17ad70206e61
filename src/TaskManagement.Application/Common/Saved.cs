using System.Text.Json;

namespace TaskManagement.Application.Common;

/// <summary>
/// The answer of a command, read from the aggregate after in-transaction handlers have had their say and its version is stamped:
/// a handler returns before that, so it says how to read the answer instead of reading it.
/// </summary>
/// <typeparam name="T">What the command answers with.</typeparam>
public sealed class Saved<T> : ISaved<Saved<T>>
{
    private readonly Lazy<T> _value;

    internal Saved(Func<T> read) => _value = new(read, LazyThreadSafetyMode.None);

    private Saved(T value) => _value = new(value);

    /// <summary>The answer. Not to be read before the command is saved.</summary>
    public T Value => _value.Value;

    /// <inheritdoc />
    public static Saved<T> FromJson(string json, JsonSerializerOptions options) => new(JsonSerializer.Deserialize<T>(json, options)!);

    /// <inheritdoc />
    public string ToJson(JsonSerializerOptions options) => JsonSerializer.Serialize(Value is IShowsOnce<T> once ? once.WithoutSecret() : Value, options);
}

/// <summary>Makes answers.</summary>
public static class Saved
{
    /// <summary>An answer to be read once the command is saved.</summary>
    public static Saved<T> As<T>(Func<T> read) => new(read);
}

/// <summary>An answer that can be stored and given again.</summary>
/// <typeparam name="TSelf">The answer's own type.</typeparam>
public interface ISaved<TSelf>
    where TSelf : ISaved<TSelf>
{
    /// <summary>The answer as JSON.</summary>
    string ToJson(JsonSerializerOptions options);

    /// <summary>The answer that was written as JSON.</summary>
    static abstract TSelf FromJson(string json, JsonSerializerOptions options);
}
