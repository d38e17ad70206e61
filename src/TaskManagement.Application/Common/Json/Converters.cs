using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using TaskManagement.Domain.Common;
using TaskManagement.Domain.Tasks;

namespace TaskManagement.Application.Common.Json;

/// <summary>Typed ids as UUIDs.</summary>
internal sealed class EntityIdConverter : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) =>
        typeToConvert.IsValueType && Array.Exists(
            typeToConvert.GetInterfaces(),
            contract => contract.IsGenericType && contract.GetGenericTypeDefinition() == typeof(IEntityId<>));

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(Of<>).MakeGenericType(typeToConvert))!;

    private sealed class Of<TId> : JsonConverter<TId>
        where TId : struct, IEntityId<TId>
    {
        public override TId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.String && reader.TryGetGuid(out var id)
                ? TId.From(id)
                : throw JsonErrors.Invalid("id.malformed", "An id is a UUID in its canonical form of 36 characters.");

        public override void Write(Utf8JsonWriter writer, TId value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
    }
}

/// <summary>Enums as words.</summary>
internal sealed class WordConverter : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) => typeToConvert.IsEnum;

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(Of<>).MakeGenericType(typeToConvert))!;

    private sealed class Of<TEnum> : JsonConverter<TEnum>
        where TEnum : struct, Enum
    {
        public override TEnum Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.String && Words<TEnum>.TryParse(reader.GetString(), out var value)
                ? value
                : throw JsonErrors.Invalid("word.unknown", $"The value must be one of: {string.Join(", ", Words<TEnum>.All)}.");

        public override void Write(Utf8JsonWriter writer, TEnum value, JsonSerializerOptions options) => writer.WriteStringValue(Words<TEnum>.Of(value));
    }
}

/// <summary>Members of a merge patch: read only if present.</summary>
internal sealed class OptionalConverter : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) =>
        typeToConvert.IsGenericType && typeToConvert.GetGenericTypeDefinition() == typeof(Optional<>);

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(Of<>).MakeGenericType(typeToConvert.GetGenericArguments()[0]))!;

    private sealed class Of<T> : JsonConverter<Optional<T>>
    {
        public override bool HandleNull => true;

        public override Optional<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            new(NestedJson.Read<T>(ref reader, options));

        public override void Write(Utf8JsonWriter writer, Optional<T> value, JsonSerializerOptions options) =>
            JsonSerializer.Serialize(writer, value.Value, options);
    }
}

/// <summary>Due dates in the form they were said in: <c>{"date"}</c>, <c>{"dateTime"}</c> or <c>{"dateTime","timeZone"}</c>.</summary>
internal sealed class DueDateConverter : JsonConverter<DueDate>
{
    private const string DateFormat = "yyyy-MM-dd";
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss";

    public override DueDate Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        try
        {
            return NestedJson.Read<Said>(ref reader, options) switch
            {
                { Date: { } date, DateTime: null, TimeZone: null } => DueDate.On(DateOnly.ParseExact(date, DateFormat, CultureInfo.InvariantCulture)),
                { Date: null, DateTime: { } time, TimeZone: null } => DueDate.AtLocal(Local(time)),
                { Date: null, DateTime: { } time, TimeZone: { } zone } => DueDate.AtZoned(Local(time), zone),
                _ => throw Malformed(),
            };
        }
        catch (JsonException wrong) when (wrong.InnerException is not (JsonException or InvalidValueException))
        {
            throw Malformed();
        }
        catch (FormatException)
        {
            throw JsonErrors.Invalid("due.malformed", $"A date has the form {DateFormat}, a dateTime the form yyyy-MM-ddTHH:mm:ss without an offset.");
        }
        catch (InvalidValueException invalid)
        {
            throw JsonErrors.Invalid(invalid.Code, invalid.Message);
        }
    }

    public override void Write(Utf8JsonWriter writer, DueDate value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        if (value.Date is { } date)
            writer.WriteString("date", date.ToString(DateFormat, CultureInfo.InvariantCulture));
        if (value.DateTime is { } time)
            writer.WriteString("dateTime", time.ToString(TimeFormat, CultureInfo.InvariantCulture));
        if (value.TimeZone is { } zone)
            writer.WriteString("timeZone", zone);
        writer.WriteEndObject();
    }

    private static JsonException Malformed() =>
        JsonErrors.Invalid("due.malformed", "A due date is an object with either date, or dateTime with or without timeZone.");

    private static DateTime Local(string text) => DateTime.ParseExact(text, TimeFormat, CultureInfo.InvariantCulture);

    private sealed record Said(string? Date = null, string? DateTime = null, string? TimeZone = null);
}

/// <summary>Actors as their text.</summary>
internal sealed class ActorIdConverter : JsonConverter<ActorId>
{
    public override ActorId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        new(reader.GetString() ?? throw new JsonException());

    public override void Write(Utf8JsonWriter writer, ActorId value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
}

/// <summary>Times in RFC 3339, in UTC, to the millisecond.</summary>
internal sealed class UtcTimeConverter : JsonConverter<DateTimeOffset>
{
    // Without an offset it would be read in the time zone of the machine.
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && reader.TryGetDateTimeOffset(out var time)
        && reader.TryGetDateTime(out var said) && said.Kind != DateTimeKind.Unspecified
            ? time.ToUniversalTime()
            : throw JsonErrors.Invalid("time.malformed", "A time has the form of RFC 3339, with an offset.");

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options)
    {
        Span<char> text = stackalloc char[24];
        value.UtcDateTime.TryFormat(text, out var written, "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        writer.WriteStringValue(text[..written]);
    }
}

/// <summary>Reads values within other values.</summary>
internal static class NestedJson
{
    /// <summary>Reads a value in a converter. Its errors would give the path from the value; without one, the serializer gives that of the value.</summary>
    public static T? Read<T>(ref Utf8JsonReader reader, JsonSerializerOptions options)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(ref reader, options);
        }
        catch (JsonException wrong)
        {
            throw new JsonException(wrong.InnerException is InvalidValueException ? wrong.Message : null, wrong.InnerException);
        }
    }
}

/// <summary>Errors of values that are well-formed JSON and yet not admitted.</summary>
internal static class JsonErrors
{
    /// <summary>An error that keeps its code through the serializer, which adds the path.</summary>
    public static JsonException Invalid(string code, string message) =>
        new(message, new InvalidValueException(new(code, message)));
}
