using System.Text.Json;
using TaskManagement.Domain.Incoming;
using TaskManagement.Domain.Incoming.Events;

namespace TaskManagement.Domain.UnitTests;

public sealed class CloudEventAttributesTests
{
    [Fact]
    public void An_event_is_made_of_all_that_was_said()
    {
        var data = JsonElement.Parse("""{"commit":"9fceb02"}""");

        var made = Read(
            out _, data, ("subject", "main"), ("time", "2026-03-01T12:00:00.1239Z"), ("datacontenttype", "application/json"), ("dataschema", "urn:schema:build#1"), ("b", "2"), ("a", ""))!;

        Assert.Equal(("1", "/ci", "com.example.built", "main"), (made.Id, made.Source, made.Type, made.Subject));
        Assert.Equal(("application/json", "urn:schema:build#1"), (made.DataContentType, made.DataSchema));
        Assert.Equal(new DateTimeOffset(2026, 3, 1, 12, 0, 0, 123, TimeSpan.Zero), made.Time);
        Assert.Equal([("a", ""), ("b", "2")], made.Extensions.Select(extension => (extension.Key, extension.Value)));
        Assert.Equal(data, made.Data);
    }

    [Theory]
    [InlineData("https://github.com/cloudevents")]
    [InlineData("mailto:cncf-wg-serverless@lists.cncf.io")]
    [InlineData("urn:uuid:6e8bc430-9c3a-11d9-9669-0800200c9a66")]
    [InlineData("/cloudevents/spec/pull/123")]
    [InlineData("/sensors/tn-1234567/alerts")]
    [InlineData("1-555-123-4567")]
    [InlineData("//[::1]:8080/a?b=c:d#e")]
    [InlineData("a%20b")]
    [InlineData("?q")]
    public void A_source_is_any_URI_reference(string source) => Assert.NotNull(Read(out _, null, ("source", source)));

    [Theory]
    [InlineData("2018-04-05T17:31:00Z", "2018-04-05T17:31:00.000Z")]
    [InlineData("2018-04-05t17:31:00z", "2018-04-05T17:31:00.000Z")]
    [InlineData("2018-04-05T17:31:00.123456789012Z", "2018-04-05T17:31:00.123Z")]
    [InlineData("2018-04-05T23:31:00.5-05:00", "2018-04-06T04:31:00.500Z")]
    public void A_time_is_kept_in_UTC_to_the_millisecond(string time, string kept) =>
        Assert.Equal(kept, Read(out _, null, ("time", time))!.Time!.Value.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture));

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/vnd.example.v1+json; charset=utf-8")]
    [InlineData("multipart/mixed; boundary=\"a b; c\"")]
    public void A_content_type_is_any_media_type(string type) => Assert.NotNull(Read(out _, null, ("datacontenttype", type)));

    [Theory]
    [InlineData(null, true)]
    [InlineData("application/json", true)]
    [InlineData("text/JSON; charset=utf-8", true)]
    [InlineData("application/vnd.example+json", true)]
    [InlineData("application/xml", false)]
    [InlineData("text/plain; a=b+json", false)]
    public void What_is_JSON_is_said_by_the_media_type(string? type, bool isJson) => Assert.Equal(isJson, CloudEventAttributes.IsJson(type));

    [Fact]
    public void Each_attribute_that_is_wrong_is_named_with_what_is_wrong()
    {
        var made = Read(out var faults, null, ("id", ""), ("source", "a b"), ("time", "now"), ("Bad", "x"), ("ok", "\ud83d"), ("long", new('x', 1025)));

        Assert.Null(made);
        Assert.Equal(
            [
                ("Bad", "cloudevent.attribute_malformed"), ("id", "cloudevent.attribute_malformed"), ("long", "cloudevent.attribute_too_long"),
                ("ok", "cloudevent.attribute_malformed"), ("source", "cloudevent.attribute_malformed"), ("time", "cloudevent.attribute_malformed"),
            ],
            faults.Order());
    }

    [Fact]
    public void Data_that_is_null_is_none() => Assert.Null(Read(out _, JsonElement.Parse("null"))!.Data);

    private static IncomingCloudEvent? Read(out List<(string Name, string Code)> faults, JsonElement? data, params (string Name, string Value)[] others)
    {
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal) { ["specversion"] = "1.0", ["id"] = "1", ["source"] = "/ci", ["type"] = "com.example.built" };
        foreach (var (name, value) in others)
            attributes[name] = value;
        var found = faults = [];
        return CloudEventAttributes.Read(attributes, data, dataBase64: null, (name, error) => found.Add((name, error.Code)));
    }
}
