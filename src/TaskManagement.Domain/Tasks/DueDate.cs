using System.Globalization;
using System.Text.RegularExpressions;
using TaskManagement.Domain.Common;

namespace TaskManagement.Domain.Tasks;

/// <summary>
/// When a task is due, in one of three forms: a date; a local time in a time zone; or a local time that floats, wherever the reader is.
/// </summary>
public sealed partial record DueDate
{
    private const string DateFormat = "yyyy-MM-dd";
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss";

    private DueDate()
    {
    }

    /// <summary>The date, where that is all that was said.</summary>
    public DateOnly? Date { get; private init; }

    /// <summary>The local time to the second, where one was said.</summary>
    public DateTime? DateTime { get; private init; }

    /// <summary>The IANA time zone of <see cref="DateTime"/>; null if it floats.</summary>
    public string? TimeZone { get; private init; }

    /// <summary>
    /// The instant from which the task is late. A date lasts to its last second and, like a floating time, is read in UTC.
    /// A local time that a clock change skips is moved on by the length of the gap; one that occurs twice means the first.
    /// </summary>
    public DateTimeOffset Instant => (Date, DateTime, TimeZone) switch
    {
        ({ } date, _, _) => new(date.ToDateTime(new TimeOnly(23, 59, 59)), TimeSpan.Zero),
        (_, { } time, null) => new(time, TimeSpan.Zero),
        (_, { } time, { } zone) => InZone(time, TimeZoneInfo.FindSystemTimeZoneById(zone)),
        _ => throw new InvalidOperationException("A due date has a date or a time."),
    };

    /// <summary>
    /// Whether this due date may have been taken for an instant. In a time zone that is any with the local time at a possible offset: the rules of
    /// clocks change, and what an instant was reckoned by is not on record.
    /// </summary>
    public bool CanMean(DateTimeOffset instant) => (DateTime, TimeZone) is ({ } local, not null)
        ? (local - instant.UtcDateTime) is var offset && offset.Duration() <= TimeSpan.FromHours(14) && offset.Ticks % TimeSpan.TicksPerMinute == 0
        : instant == Instant;

    /// <summary>Due by the end of a date.</summary>
    public static DueDate On(DateOnly date) => new() { Date = date };

    /// <summary>Due at a local time that floats.</summary>
    /// <exception cref="InvalidValueException">The time has fractions of a second.</exception>
    public static DueDate AtLocal(DateTime time) => new() { DateTime = WholeSeconds(time) };

    /// <summary>Due at a local time in a time zone.</summary>
    /// <exception cref="InvalidValueException">The zone is not an IANA time zone known here, or the time is not representable in it.</exception>
    public static DueDate AtZoned(DateTime time, string timeZone)
    {
        if (!IsKnownTimeZone(timeZone))
            throw new InvalidValueException(new("due.unknown_time_zone", "The time zone is not a known IANA time zone."));
        var due = new DueDate { DateTime = WholeSeconds(time), TimeZone = timeZone };
        try
        {
            _ = due.Instant;
        }
        catch (ArgumentOutOfRangeException)
        {
            throw new InvalidValueException(new("due.out_of_range", "The time falls outside the years 1 to 9999 in UTC."));
        }

        return due;
    }

    /// <summary>Reads the text that <see cref="ToString"/> writes.</summary>
    /// <exception cref="FormatException">The text is not of that form.</exception>
    public static DueDate Parse(string text)
    {
        if (DateOnly.TryParseExact(text, DateFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
            return On(date);
        var bracket = text.IndexOf('[', StringComparison.Ordinal);
        var local = System.DateTime.ParseExact(bracket < 0 ? text : text[..bracket], TimeFormat, CultureInfo.InvariantCulture);
        return new() { DateTime = local, TimeZone = bracket < 0 ? null : text[(bracket + 1)..^1] };
    }

    /// <summary>The date or time in ISO 8601, the time zone after it in brackets as in RFC 9557.</summary>
    public override string ToString() =>
        Date?.ToString(DateFormat, CultureInfo.InvariantCulture)
        ?? DateTime?.ToString(TimeFormat, CultureInfo.InvariantCulture) + (TimeZone is null ? "" : $"[{TimeZone}]");

    // A system's folder of time zones holds more than IANA's: its local zone, and zones that count leap seconds.
    private static bool IsKnownTimeZone(string id) =>
        id.Length <= 64 && TimeZonePattern().IsMatch(id) && TimeZoneInfo.TryFindSystemTimeZoneById(id, out var zone) && zone.HasIanaId
        && string.Equals(zone.Id, id, StringComparison.Ordinal);

    [GeneratedRegex(@"\A[A-Z][A-Za-z0-9_+-]*(/[A-Z][A-Za-z0-9_+-]*)*\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: -1)]
    private static partial Regex TimeZonePattern();

    private static DateTime WholeSeconds(DateTime time) =>
        time.Ticks % TimeSpan.TicksPerSecond == 0
            ? System.DateTime.SpecifyKind(time, DateTimeKind.Unspecified)
            : throw new InvalidValueException(new("due.fraction", "A due time has whole seconds."));

    // The zone is asked about instants only: of local times it overlooks those that a change of its standard time skips.
    private static DateTimeOffset InZone(DateTime local, TimeZoneInfo zone)
    {
        // No offset is beyond 14 hours, so a clock change that concerns this time lies between these two.
        var (before, after) = (OffsetAt(-14), OffsetAt(14));
        var offset = IsInForce(after) && !IsInForce(before) ? after : before;
        return new DateTimeOffset(local, offset).ToUniversalTime();

        TimeSpan OffsetAt(int hours) => zone.GetUtcOffset(
            new DateTimeOffset(Math.Clamp(local.Ticks + hours * TimeSpan.TicksPerHour, 0, System.DateTime.MaxValue.Ticks), TimeSpan.Zero));

        bool IsInForce(TimeSpan offset) => zone.GetUtcOffset(new DateTimeOffset(local, offset)) == offset;
    }
}
