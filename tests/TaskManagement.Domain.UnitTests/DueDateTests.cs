using System.Globalization;
using TaskManagement.Domain.Tasks;

namespace TaskManagement.Domain.UnitTests;

public sealed class DueDateTests
{
    [Fact]
    public void A_date_lasts_to_its_last_second() =>
        AssertInstant("2026-12-01T23:59:59Z", DueDate.On(new(2026, 12, 1)));

    [Fact]
    public void A_floating_time_is_read_in_UTC() =>
        AssertInstant("2026-12-01T17:00:00Z", DueDate.AtLocal(new(2026, 12, 1, 17, 0, 0)));

    [Theory]
    [InlineData("2026-12-01T17:00:00", "Europe/Madrid", "2026-12-01T16:00:00Z")]
    [InlineData("2026-07-01T17:00:00", "Europe/Madrid", "2026-07-01T15:00:00Z")]
    [InlineData("2026-12-01T17:00:00", "America/New_York", "2026-12-01T22:00:00Z")]
    [InlineData("2026-12-01T17:00:00", "Asia/Kathmandu", "2026-12-01T11:15:00Z")]
    [InlineData("2026-12-01T17:00:00", "UTC", "2026-12-01T17:00:00Z")]
    public void A_local_time_is_read_in_its_time_zone(string local, string zone, string instant) => AssertInstant(instant, Zoned(local, zone));

    [Theory]
    [InlineData("2026-03-29T01:59:59", "Europe/Madrid", "2026-03-29T00:59:59Z")]
    [InlineData("2026-03-29T02:00:00", "Europe/Madrid", "2026-03-29T01:00:00Z")]
    [InlineData("2026-03-29T02:30:00", "Europe/Madrid", "2026-03-29T01:30:00Z")]
    [InlineData("2026-03-29T03:00:00", "Europe/Madrid", "2026-03-29T01:00:00Z")]
    [InlineData("2026-03-08T02:30:00", "America/New_York", "2026-03-08T07:30:00Z")]
    [InlineData("2026-10-04T02:15:00", "Australia/Lord_Howe", "2026-10-03T15:45:00Z")]
    [InlineData("2011-12-29T23:59:59", "Pacific/Apia", "2011-12-30T09:59:59Z")]
    [InlineData("2011-12-30T00:00:00", "Pacific/Apia", "2011-12-30T10:00:00Z")]
    [InlineData("2011-12-30T12:00:00", "Pacific/Apia", "2011-12-30T22:00:00Z")]
    [InlineData("2011-12-30T23:59:59", "Pacific/Apia", "2011-12-31T09:59:59Z")]
    [InlineData("2011-12-31T00:00:00", "Pacific/Apia", "2011-12-30T10:00:00Z")]
    [InlineData("2018-05-04T23:45:00", "Asia/Pyongyang", "2018-05-04T15:15:00Z")]
    public void A_time_that_a_clock_change_skips_is_moved_on_by_the_length_of_the_gap(string local, string zone, string instant) =>
        AssertInstant(instant, Zoned(local, zone));

    [Theory]
    [InlineData("2026-10-25T02:30:00", "Europe/Madrid", "2026-10-25T00:30:00Z")]
    [InlineData("2026-10-25T03:00:00", "Europe/Madrid", "2026-10-25T02:00:00Z")]
    [InlineData("2026-11-01T01:30:00", "America/New_York", "2026-11-01T05:30:00Z")]
    [InlineData("2026-10-25T01:30:00", "Europe/Dublin", "2026-10-25T00:30:00Z")]
    [InlineData("2024-02-29T23:30:00", "Asia/Almaty", "2024-02-29T17:30:00Z")]
    public void A_time_that_occurs_twice_means_the_first(string local, string zone, string instant) => AssertInstant(instant, Zoned(local, zone));

    [Theory]
    [InlineData("Europe/Madrid", 2026)]
    [InlineData("America/New_York", 2026)]
    [InlineData("Pacific/Apia", 2011)]
    [InlineData("Europe/Dublin", 2026)]
    [InlineData("Australia/Lord_Howe", 2026)]
    [InlineData("Africa/Casablanca", 2026)]
    [InlineData("America/Caracas", 2007)]
    [InlineData("Asia/Pyongyang", 2018)]
    [InlineData("Europe/Moscow", 2014)]
    [InlineData("Asia/Almaty", 2024)]
    public void In_a_whole_year_every_local_time_means_the_first_instant_at_which_the_clocks_show_it(string id, int year)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(id);
        var first = new Dictionary<DateTime, DateTimeOffset>();
        var begin = new DateTimeOffset(year, 1, 1, 0, 0, 0, TimeSpan.Zero).AddDays(-3);
        for (var instant = begin; instant.Year <= year; instant = instant.AddMinutes(15))
            first.TryAdd(TimeZoneInfo.ConvertTime(instant, zone).DateTime, instant);

        for (var local = new DateTime(year, 1, 1); local < new DateTime(year, 12, 30); local = local.AddMinutes(15))
        {
            if (first.TryGetValue(local, out var instant) && DueDate.AtZoned(local, id).Instant != instant)
                Assert.Fail($"{local:s} in {id} is {DueDate.AtZoned(local, id).Instant:u}, not {instant:u}.");
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("Nowhere/Land")]
    [InlineData("Europe")]
    [InlineData("Europe/")]
    [InlineData("europe/madrid")]
    [InlineData("Europe/Madrid ")]
    [InlineData("Europe/Madrid\0")]
    [InlineData("Romance Standard Time")]
    [InlineData("Eastern Standard Time")]
    [InlineData("W. Europe Standard Time")]
    [InlineData("+02:00")]
    [InlineData("Local")]
    [InlineData("localtime")]
    [InlineData("/etc/localtime")]
    [InlineData("/usr/share/zoneinfo/Europe/Madrid")]
    [InlineData("../zoneinfo/Europe/Madrid")]
    [InlineData("Europe/../Europe/Madrid")]
    [InlineData("Europe//Madrid")]
    [InlineData("./Europe/Madrid")]
    [InlineData("posix/Europe/Madrid")]
    [InlineData("right/Europe/Madrid")]
    [InlineData("posixrules")]
    [InlineData("tzdata.zi")]
    [InlineData("Europe/Madrid/Europe/Madrid/Europe/Madrid/Europe/Madrid/Europe/Madrid")]
    public void A_time_zone_that_IANA_does_not_know_is_refused(string zone) =>
        Events.AssertRefused("due.unknown_time_zone", () => Zoned("2026-12-01T17:00:00", zone));

    [Theory]
    [InlineData("UTC")]
    [InlineData("Etc/UTC")]
    [InlineData("Europe/Madrid")]
    [InlineData("Europe/Kyiv")]
    [InlineData("America/Argentina/Buenos_Aires")]
    [InlineData("America/Port-au-Prince")]
    [InlineData("Etc/GMT+5")]
    public void An_IANA_time_zone_is_kept_as_it_was_said(string zone) => Assert.Equal(zone, Zoned("2026-12-01T17:00:00", zone).TimeZone);

    [Fact]
    public void Fractions_of_a_second_are_refused()
    {
        var time = new DateTime(2026, 12, 1, 17, 0, 0, 1);

        Events.AssertRefused("due.fraction", () => DueDate.AtLocal(time));
        Events.AssertRefused("due.fraction", () => DueDate.AtZoned(time, "Europe/Madrid"));
    }

    [Theory]
    [InlineData("0001-01-01T00:30:00", "Asia/Tokyo")]
    [InlineData("9999-12-31T23:30:00", "America/New_York")]
    public void A_time_outside_the_calendar_is_refused(string local, string zone) =>
        Events.AssertRefused("due.out_of_range", () => Zoned(local, zone));

    [Fact]
    public void The_ends_of_the_calendar_have_instants()
    {
        AssertInstant("0001-01-01T23:59:59Z", DueDate.On(DateOnly.MinValue));
        AssertInstant("9999-12-31T23:59:59Z", DueDate.On(DateOnly.MaxValue));
        AssertInstant("0001-01-01T00:00:00Z", DueDate.AtLocal(DateTime.MinValue));
        AssertInstant("9999-12-31T23:59:59Z", Zoned("9999-12-31T23:59:59", "UTC"));
    }

    public static TheoryData<string> Texts => ["2026-12-01", "2026-12-01T17:00:00", "2026-12-01T17:00:00[Europe/Madrid]", "0001-01-01", "9999-12-31T23:59:59"];

    [Theory]
    [MemberData(nameof(Texts))]
    public void The_text_is_read_back_as_the_same_due_date(string text)
    {
        var due = DueDate.Parse(text);

        Assert.Equal(text, due.ToString());
        Assert.Equal(due, DueDate.Parse(due.ToString()));
        Assert.Equal(due.Instant, DueDate.Parse(due.ToString()).Instant);
    }

    [Theory]
    [InlineData("")]
    [InlineData("tomorrow")]
    [InlineData("2026-02-30")]
    [InlineData("2026-12-01T17:00")]
    [InlineData("2026-12-01T17:00:00Z")]
    [InlineData("2026-12-01T25:00:00")]
    public void Any_other_text_is_not_read(string text) => Assert.Throws<FormatException>(() => DueDate.Parse(text));

    [Fact]
    public void What_was_said_differently_is_different_even_at_the_same_instant()
    {
        Assert.Equal(Zoned("2026-12-01T17:00:00", "Europe/Madrid"), Zoned("2026-12-01T17:00:00", "Europe/Madrid"));
        Assert.NotEqual(Zoned("2026-12-01T17:00:00", "Europe/Madrid"), Zoned("2026-12-01T17:00:00", "Europe/Paris"));
        Assert.NotEqual(Zoned("2026-12-01T17:00:00", "UTC"), DueDate.AtLocal(new(2026, 12, 1, 17, 0, 0)));
        Assert.NotEqual(DueDate.On(new(2026, 12, 1)), DueDate.AtLocal(new(2026, 12, 1, 23, 59, 59)));
        Assert.Equal(
            DueDate.AtLocal(new(2026, 12, 1, 17, 0, 0, DateTimeKind.Utc)), DueDate.AtLocal(new(2026, 12, 1, 17, 0, 0, DateTimeKind.Local)));
    }

    [Theory]
    [InlineData("2026-12-01T16:00:00Z", true, "the clock's rules of today")]
    [InlineData("2026-12-01T15:00:00Z", true, "summer time all the year round")]
    [InlineData("2026-12-01T16:00:01Z", false, "no zone has seconds")]
    [InlineData("2026-12-02T17:00:00Z", false, "another day")]
    public void Of_a_local_time_in_a_zone_any_instant_may_be_meant_at_which_clocks_could_show_it(string instant, bool expected, string why)
    {
        var at = DateTimeOffset.Parse(instant, CultureInfo.InvariantCulture);

        Assert.True(expected == Zoned("2026-12-01T17:00:00", "Europe/Madrid").CanMean(at), why);
    }

    [Fact]
    public void Of_a_date_or_a_floating_time_only_one_instant_can_be_meant()
    {
        foreach (var due in (DueDate[])[DueDate.On(new(2026, 12, 1)), DueDate.AtLocal(new(2026, 12, 1, 17, 0, 0))])
        {
            Assert.True(due.CanMean(due.Instant));
            Assert.False(due.CanMean(due.Instant.AddHours(1)));
        }
    }

    private static DueDate Zoned(string local, string zone) =>
        DueDate.AtZoned(DateTime.ParseExact(local, "s", CultureInfo.InvariantCulture), zone);

    private static void AssertInstant(string expected, DueDate due) =>
        Assert.Equal(DateTimeOffset.Parse(expected, CultureInfo.InvariantCulture), due.Instant);
}
