using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using TaskManagement.Api.IntegrationTests.Support;
using TaskManagement.Infrastructure.Persistence;
using static TaskManagement.Api.IntegrationTests.Support.CloudEvents;

namespace TaskManagement.Api.IntegrationTests;

/// <summary>CloudEvents that are malformed or too large are refused, and what is wrong is named by its place.</summary>
public abstract class CloudEventRefusalTests(DatabaseKind database) : HttpTest(database)
{
    [Theory]
    [InlineData("specversion", null, "missing")]
    [InlineData("specversion", "\"1.1\"")]
    [InlineData("specversion", "\"0.3\"")]
    [InlineData("specversion", "1.0")]
    [InlineData("id", null, "missing")]
    [InlineData("id", "null", "missing")]
    [InlineData("id", "\"\"")]
    [InlineData("id", "\"a\\u0007b\"")]
    [InlineData("id", "\"a\\u0085b\"")]
    [InlineData("id", "\"a\\uffffb\"")]
    [InlineData("id", "[]")]
    [InlineData("id", "{}")]
    [InlineData("source", null, "missing")]
    [InlineData("source", "\"\"")]
    [InlineData("source", "\"a b\"")]
    [InlineData("source", "\"/a#b#c\"")]
    [InlineData("source", "\"/ü\"")]
    [InlineData("source", "\"/%zz\"")]
    [InlineData("source", "\"1:2/3\"")]
    [InlineData("type", null, "missing")]
    [InlineData("type", "\"\"")]
    [InlineData("subject", "\"\"")]
    [InlineData("time", "\"yesterday\"")]
    [InlineData("time", "\"2026-03-01\"")]
    [InlineData("time", "\"2026-03-01T12:00:00\"")]
    [InlineData("time", "\"2026-02-30T12:00:00Z\"")]
    [InlineData("time", "\"0001-01-01T00:00:00+14:00\"")]
    [InlineData("time", "1772366400")]
    [InlineData("datacontenttype", "\"json\"")]
    [InlineData("datacontenttype", "\"application/json;\"")]
    [InlineData("dataschema", "\"/schemas/build\"")]
    [InlineData("dataschema", "\"https:\"")]
    [InlineData("Extension", "\"a\"")]
    [InlineData("ext_ension", "\"a\"")]
    [InlineData("ext-ension", "\"a\"")]
    [InlineData("", "\"a\"")]
    [InlineData("extension", "1.5")]
    [InlineData("extension", "2147483648")]
    [InlineData("extension", "{}")]
    [InlineData("extension", "\"a\\u0000\"")]
    public async Task An_attribute_that_is_malformed_is_named(string name, string? json, string fault = "malformed")
    {
        var malformed = Event(data: 1);
        malformed.Remove(name);
        if (json is not null)
            malformed[name] = JsonNode.Parse(json);

        var problem = await Client.PostEventAsync(malformed).ShouldBeProblemAsync(HttpStatusCode.BadRequest, "request.malformed");
        var inBatch = await Client.PostBatchAsync(Event("8"), Event("9"), malformed.DeepClone()).ShouldBeProblemAsync(HttpStatusCode.BadRequest, "request.malformed");

        Assert.Equal([($"cloudevent.attribute_{fault}", "/" + name)], Errors(problem, "pointer"));
        Assert.Equal([($"cloudevent.attribute_{fault}", "/2/" + name)], Errors(inBatch, "pointer"));
        Assert.Empty(await Client.ReceivedAsync(0));
    }

    [Theory]
    [InlineData("ce-id", "", "malformed")]
    [InlineData("ce-id", "%C0%A0", "malformed")]
    [InlineData("ce-id", "100%", "malformed")]
    [InlineData("ce-id", "a%0Ab", "malformed")]
    [InlineData("ce-source", "a%20b", "malformed")]
    [InlineData("ce-specversion", "0.3", "malformed")]
    [InlineData("ce-time", "now", "malformed")]
    [InlineData("ce-type", null, "missing")]
    [InlineData("ce-datacontenttype", "application/json", "malformed")]
    [InlineData("ce-ext-ension", "a", "malformed")]
    [InlineData("ce-data", "a", "malformed")]
    public async Task A_header_that_is_malformed_is_named(string header, string? value, string fault)
    {
        var headers = Headers().Where(given => given.Name != header).Concat(value is null ? [] : [(header, value)]);

        var problem = await Client.PostBytesAsync("{}"u8.ToArray(), "application/json", [.. headers]).ShouldBeProblemAsync(HttpStatusCode.BadRequest, "request.malformed");

        Assert.Equal([($"cloudevent.attribute_{fault}", header)], Errors(problem, "parameter"));
    }

    [Fact]
    public async Task All_that_is_wrong_is_told_at_once()
    {
        var problem = await Client.PostBatchAsync(
                1, Event(), new JsonObject { ["id"] = 1, ["A"] = true, ["data"] = 1, ["data_base64"] = "AA==" }, new JsonObject { ["data_base64"] = "?" })
            .ShouldBeProblemAsync(HttpStatusCode.BadRequest, "request.malformed");

        Assert.Equal(
            [
                "/0 json.not_an_object", "/2/A cloudevent.attribute_malformed", "/2/data_base64 cloudevent.two_data", "/2/source cloudevent.attribute_missing",
                "/2/specversion cloudevent.attribute_missing", "/2/type cloudevent.attribute_missing", "/3/data_base64 cloudevent.data_malformed",
                "/3/id cloudevent.attribute_missing", "/3/source cloudevent.attribute_missing", "/3/specversion cloudevent.attribute_missing",
                "/3/type cloudevent.attribute_missing",
            ],
            Errors(problem, "pointer").Select(error => $"{error.Where} {error.Code}").Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("""{"specversion":"1.0","id":"1","id":"2","source":"/a","type":"t"}""")]
    [InlineData("""{"specversion":"1.0","id":"1","source":"/a","type":"t","data":{"a":1,"a":2}}""")]
    [InlineData("""{"specversion":"1.0","id":"1","source":"/a","type":"t","data":"\ud800"}""")]
    [InlineData("""{"specversion":"1.0","id":"1","source":"/a","type":"t","data":{"\udc00":1}}""")]
    [InlineData("""{"specversion":"1.0","id":"\ud800","source":"/a","type":"t"}""")]
    [InlineData("{")]
    [InlineData("")]
    public async Task What_is_not_well_formed_JSON_is_refused(string body)
    {
        foreach (var (text, contentType) in new[] { (body, One), ($"[{body}", Batch) })
        {
            var problem = await Client.PostBytesAsync(Encoding.UTF8.GetBytes(text), contentType).ShouldBeProblemAsync(HttpStatusCode.BadRequest, "request.malformed");
            Assert.Equal([("json.malformed", "")], Errors(problem, "pointer"));
        }
    }

    [Theory]
    [InlineData("[]", One, "json.not_an_object")]
    [InlineData("{}", Batch, "json.not_an_array")]
    public async Task One_event_is_an_object_and_a_batch_an_array(string body, string contentType, string code) =>
        Assert.Equal(
            [(code, "")],
            Errors(await Client.PostBytesAsync(Encoding.UTF8.GetBytes(body), contentType).ShouldBeProblemAsync(HttpStatusCode.BadRequest, "request.malformed"), "pointer"));

    [Theory]
    [InlineData("application/json")]
    [InlineData("text/plain")]
    [InlineData("application/cloudevents+xml")]
    [InlineData("application/cloudevents+json; charset=utf-16")]
    [InlineData("application/cloudevents-batch+json; charset=iso-8859-1")]
    [InlineData(null)]
    public async Task Without_attributes_in_headers_no_other_content_type_is_taken(string? contentType)
    {
        var problem = await Client.PostBytesAsync("{}"u8.ToArray(), contentType).ShouldBeProblemAsync(HttpStatusCode.UnsupportedMediaType, "request.unsupported_media_type");

        Assert.Contains(One, problem.Text("detail"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Formats_that_are_not_read_are_not_taken_for_data()
    {
        await Client.PostBytesAsync("{}"u8.ToArray(), "application/cloudevents+avro", Headers())
            .ShouldBeProblemAsync(HttpStatusCode.UnsupportedMediaType, "request.unsupported_media_type");
        await Client.PostBytesAsync("{}"u8.ToArray(), "application/json; charset=utf-16", Headers())
            .ShouldBeProblemAsync(HttpStatusCode.UnsupportedMediaType, "request.unsupported_media_type");
    }

    [Fact]
    public async Task What_is_longer_than_admitted_is_refused_and_what_is_as_long_is_taken()
    {
        var longest = Event(new('i', 1024), new('t', 1024), new('s', 1024));
        longest["source"] = "/" + new string('a', 1023);
        longest[new string('x', 64)] = new string('v', 1024);
        await Client.PostEventAsync(longest).ShouldBeAsync(HttpStatusCode.OK);

        foreach (var name in new[] { "id", "source", "type", "subject", "extension" })
        {
            var longer = Event();
            longer[name] = "/" + new string('a', 1024);
            var problem = await Client.PostEventAsync(longer).ShouldBeProblemAsync(HttpStatusCode.BadRequest, "request.malformed");
            Assert.Equal([("cloudevent.attribute_too_long", "/" + name)], Errors(problem, "pointer"));
        }

        var many = Event("many");
        for (var i = 0; i < 65; i++)
            many[$"x{i}"] = i;
        var tooMany = await Client.PostEventAsync(many).ShouldBeProblemAsync(HttpStatusCode.BadRequest, "request.malformed");
        Assert.Equal("cloudevent.too_many_extensions", Assert.Single(Errors(tooMany, "pointer")).Code);
    }

    [Fact]
    public async Task Data_that_is_nested_as_deep_as_admitted_comes_out_everywhere_and_deeper_data_is_refused()
    {
        static JsonNode Nested(int levels) => JsonNode.Parse(new string('[', levels) + new string(']', levels))!;
        await Client.PostEventAsync(Event("1", data: Nested(12)), ("Idempotency-Key", "deep")).ShouldBeAsync(HttpStatusCode.OK);
        await Client.PostBatchAsync(Event("2", data: Nested(12))).ShouldBeAsync(HttpStatusCode.OK);
        await Client.PostBytesAsync(Encoding.UTF8.GetBytes(Nested(12).ToJsonString()), "application/json", Headers("3")).ShouldBeAsync(HttpStatusCode.OK);

        await Client.PostEventAsync(Event("4", data: Nested(13))).ShouldBeProblemAsync(HttpStatusCode.BadRequest, "request.malformed");
        await Client.PostBatchAsync(Event("5", data: Nested(13))).ShouldBeProblemAsync(HttpStatusCode.BadRequest, "request.malformed");
        await Client.PostBytesAsync(Encoding.UTF8.GetBytes(Nested(13).ToJsonString()), "application/json", Headers("6"))
            .ShouldBeProblemAsync(HttpStatusCode.BadRequest, "request.malformed");

        Assert.All(await Client.ReceivedAsync(3), received => Assert.Equal(Nested(12).ToJsonString(), received["data"]!["data"]!.ToJsonString()));
        await Client.GetAsync("/api/v1/audit?action=cloud_event.received").ShouldBeAsync(HttpStatusCode.OK);
        await Client.ShouldBeConsistentAsync();
    }

    [Fact]
    public async Task An_event_that_is_too_large_for_the_log_is_refused_by_its_place()
    {
        var problem = await Client.PostBatchAsync(Event("1"), Event("2", data: new string('x', 300_000)))
            .ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "event.too_large");

        Assert.Equal([("event.too_large", "/1")], Errors(problem, "pointer"));
        Assert.Empty(await Client.ReceivedAsync(0));
    }

    [Fact]
    public async Task Who_sends_events_has_a_token_and_asks_for_nothing_else()
    {
        using var stranger = Host.CreateClient(token: null);
        await stranger.PostEventAsync(Event()).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "auth.required");
        await Client.GetAsync(Url).ShouldBeProblemAsync(HttpStatusCode.MethodNotAllowed, "route.method_not_allowed");
        using var request = new HttpRequestMessage(HttpMethod.Post, Url + "?dry=1") { Content = new StringContent(Event().ToJsonString(), Encoding.UTF8, One) };
        await Client.SendAsync(request).ShouldBeProblemAsync(HttpStatusCode.BadRequest, "request.malformed");
    }
}

public sealed class CloudEventRefusalTestsOnSqlite() : CloudEventRefusalTests(DatabaseKind.Sqlite);

public sealed class CloudEventRefusalTestsOnPostgreSql() : CloudEventRefusalTests(DatabaseKind.PostgreSql);

public sealed class CloudEventRefusalTestsOnSqlServer() : CloudEventRefusalTests(DatabaseKind.SqlServer);
