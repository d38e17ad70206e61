using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using TaskManagement.Api.IntegrationTests.Support;
using TaskManagement.Infrastructure.Persistence;
using static TaskManagement.Api.IntegrationTests.Support.CloudEvents;

namespace TaskManagement.Api.IntegrationTests;

public abstract class CloudEventTests(DatabaseKind database) : HttpTest(database)
{
    private const string Data = """{"build":4711,"ok":false,"log":["a","ü 🌱",null,1.5],"nested":{"deep":{"er":true}}}""";

    [Theory]
    [InlineData("structured")]
    [InlineData("binary")]
    [InlineData("batch")]
    public async Task Whatever_mode_the_SDK_emits_it_in_an_event_is_in_the_feed_as_it_was_and_the_SDK_reads_it_back(string mode)
    {
        await using var sdk = await NodeScript.StartOrSkipAsync("cloudevents.js", new Uri(Client.BaseAddress!, "/api/v1").ToString(), ApiHost.Token);
        var sent = new JsonObject
        {
            ["id"] = "4711/1",
            ["source"] = "https://ci.example.com/shop?branch=main#1",
            ["type"] = "com.example.build.failed",
            ["subject"] = "main",
            ["time"] = "2026-03-01T12:00:00.125Z",
            ["datacontenttype"] = "application/json",
            ["dataschema"] = "https://ci.example.com/schemas/build.json",
            ["attempt"] = 2,
            ["final"] = false,
            ["runner"] = "linux-arm64",
            ["data"] = JsonNode.Parse(Data),
        };

        var answer = await AskAsync(sdk, mode, sent);

        Assert.Equal(200, (int)answer["status"]!);
        var item = Assert.Single(answer.Items());
        Assert.Equal((sent.Text("source"), "4711/1", "received"), (item.Text("source"), item.Id(), item.Text("result")));
        await Client.ReceivedAsync(1);
        var received = Assert.Single((await AskAsync(sdk, "feed")).AsArray())!;
        Assert.Equal("taskmanagement.cloud_event.received.v1", received.Text("type"));
        var expected = new JsonObject
        {
            ["id"] = "4711/1",
            ["source"] = sent.Text("source"),
            ["type"] = "com.example.build.failed",
            ["subject"] = "main",
            ["time"] = "2026-03-01T12:00:00.125Z",
            ["dataContentType"] = "application/json",
            ["dataSchema"] = "https://ci.example.com/schemas/build.json",
            ["extensions"] = new JsonObject { ["attempt"] = "2", ["final"] = "false", ["runner"] = "linux-arm64" },
            ["data"] = JsonNode.Parse(Data),
            ["dataBase64"] = null,
        };
        // In a structured event the SDK writes null for what is not set, and its binary one says which type JSON has.
        Assert.Equal(expected.ToJsonString(), received["data"]!.ToJsonString());
        await Client.ShouldBeConsistentAsync();
    }

    [Theory]
    [InlineData("structured")]
    [InlineData("binary")]
    [InlineData("batch")]
    public async Task Bytes_that_the_SDK_emits_are_kept_in_Base64(string mode)
    {
        await using var sdk = await NodeScript.StartOrSkipAsync("cloudevents.js", new Uri(Client.BaseAddress!, "/api/v1").ToString(), ApiHost.Token);
        var sent = new JsonObject
        {
            ["id"] = "1",
            ["source"] = "/camera",
            ["type"] = "com.example.seen",
            ["datacontenttype"] = "image/png",
            ["bytes"] = new JsonArray(0, 255, 128, 1),
        };

        Assert.Equal(200, (int)(await AskAsync(sdk, mode, sent))["status"]!);

        var data = (await Client.ReceivedAsync(1))[0]["data"]!;
        Assert.Equal((null, "AP+AAQ==", "image/png"), ((string?)data["data"], data.Text("dataBase64"), data.Text("dataContentType")));
    }

    [Theory]
    [InlineData("text/plain", "Grüße\nan alle", "Grüße\nan alle", null)]
    [InlineData("text/plain; charset=utf-8", "a", "a", null)]
    [InlineData("text/plain; charset=iso-8859-1", "a", null, "YQ==")]
    [InlineData("application/xml", "<a/>", null, "PGEvPg==")]
    [InlineData("application/vnd.example+json", "[1]", "[1]", null)]
    [InlineData("application/json", "null", null, null)]
    [InlineData("application/json", "", null, null)]
    [InlineData(null, "a", null, "YQ==")]
    public async Task In_binary_mode_JSON_is_kept_as_JSON_text_as_text_and_all_else_in_Base64(string? contentType, string body, string? data, string? bytes)
    {
        await Client.PostBytesAsync(Encoding.UTF8.GetBytes(body), contentType, Headers()).ShouldBeAsync(HttpStatusCode.OK);

        var kept = (await Client.ReceivedAsync(1))[0]["data"]!;
        Assert.Equal(data, kept["data"] is JsonArray array ? array.ToJsonString() : (string?)kept["data"]);
        Assert.Equal((bytes, contentType), ((string?)kept["dataBase64"], (string?)kept["dataContentType"]));
    }

    [Fact]
    public async Task A_text_that_is_not_in_UTF_8_is_kept_byte_by_byte()
    {
        await Client.PostBytesAsync([0x67, 0xfc], "text/plain", Headers()).ShouldBeAsync(HttpStatusCode.OK);

        Assert.Equal("Z/w=", (await Client.ReceivedAsync(1))[0]["data"]!.Text("dataBase64"));
    }

    [Theory]
    [InlineData("Euro%20%E2%82%AC%20%F0%9F%98%80", "Euro € 😀")]
    [InlineData("%65uro", "euro")]
    [InlineData("a%2520b", "a%20b")]
    [InlineData("\"Euro \\\"and\\\" more\"", "Euro \"and\" more")]
    [InlineData("\"a%20b\"", "a b")]
    [InlineData("plain", "plain")]
    public async Task Header_values_are_unquoted_and_percent_decoded_once(string header, string value)
    {
        await Client.PostBytesAsync([], null, [.. Headers(), ("ce-subject", header), ("Ce-Extension", header)]).ShouldBeAsync(HttpStatusCode.OK);

        var data = (await Client.ReceivedAsync(1))[0]["data"]!;
        Assert.Equal((value, value), (data.Text("subject"), data["extensions"]!.Text("extension")));
    }

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
    public async Task The_same_source_and_id_are_one_event_whatever_else_is_said()
    {
        Assert.Equal(["received"], await Client.PostEventAsync(Event("1", data: 1)).ResultsAsync());

        Assert.Equal(["duplicate"], await Client.PostEventAsync(Event("1", data: 2)).ResultsAsync());
        Assert.Equal(["duplicate"], await Client.PostEventAsync(Event("1", "com.example.other", "other")).ResultsAsync());
        Assert.Equal(["duplicate"], await Client.PostBytesAsync([], null, Headers("1")).ResultsAsync());
        var elsewhere = Event("1");
        elsewhere["source"] = "/elsewhere";
        Assert.Equal(["duplicate", "received", "duplicate", "received"], await Client.PostBatchAsync(Event("1"), Event("2"), Event("2"), elsewhere).ResultsAsync());

        Assert.Equal(["1", "2", "1"], (await Client.ReceivedAsync(3)).Select(received => received["data"]!.Id()));
        await Client.ShouldBeConsistentAsync();
    }

    [Fact]
    public async Task One_event_that_is_sent_many_times_at_once_is_taken_in_once()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Client.PostEventAsync(Event()).ResultsAsync()));

        Assert.Equal(["duplicate", "received"], results.SelectMany(result => result).Distinct().Order(StringComparer.Ordinal));
        Assert.Single(results, result => result[0] == "received");
        await Client.ReceivedAsync(1);
        await Client.ShouldBeConsistentAsync();
    }

    [Fact]
    public async Task Many_events_of_one_subject_that_are_sent_at_once_are_one_stream_without_gaps()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Client.PostEventAsync(Event($"{i}", subject: null)).ResultsAsync()));

        Assert.All(results, result => Assert.Equal(["received"], result));
        var received = await Client.ReceivedAsync(20);
        Assert.Single(received.Select(item => item.Text("subject")).Distinct());
        Assert.Equal(Enumerable.Range(1, 20), received.Select(item => int.Parse(item.Text("sequence"), provider: null)));
        await Client.ShouldBeConsistentAsync();
    }

    [Fact]
    public async Task What_a_source_says_of_one_subject_is_one_stream_and_of_another_is_another()
    {
        var (other, none) = (Event("3", subject: "other"), Event("4", subject: null));
        var elsewhere = Event("5");
        elsewhere["source"] = "/elsewhere";
        await Client.PostBatchAsync(Event("1"), Event("2"), other, none, elsewhere).ShouldBeAsync(HttpStatusCode.OK);

        var received = await Client.ReceivedAsync(5);

        Assert.Equal(4, received.Select(item => item.Text("subject")).Distinct().Count());
        Assert.Equal(["0000000001", "0000000002"], received.Take(2).Select(item => item.Text("sequence")));
        Assert.Equal(received[0].Text("subject"), received[1].Text("subject"));
    }

    [Fact]
    public async Task A_batch_has_up_to_a_hundred_events_and_may_have_none()
    {
        static JsonNode?[] Events(int count) => [.. Enumerable.Range(0, count).Select(i => Event($"{i}"))];

        Assert.Empty(await Client.PostBatchAsync().ResultsAsync());
        var problem = await Client.PostBatchAsync(Events(101)).ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "request.invalid");
        Assert.Equal([("cloudevents.too_many", "")], Errors(problem, "pointer"));
        Assert.Equal(100, (await Client.PostBatchAsync(Events(100)).ResultsAsync()).Count(result => result == "received"));
    }

    [Fact]
    public async Task A_key_gives_the_first_answer_again()
    {
        var key = ("Idempotency-Key", "once");
        Assert.Equal(["received"], await Client.PostEventAsync(Event(), key).ResultsAsync());

        using var again = await Client.PostEventAsync(Event(), key);
        Assert.Equal("received", (await again.JsonAsync()).Items().Single().Text("result"));
        Assert.Equal("true", again.Headers.GetValues("Idempotency-Replayed").Single());
        await Client.PostEventAsync(Event("2"), key).ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "idempotency_key.reused");
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

    private static (string Name, string Value)[] Headers(string id = "1") =>
        [("ce-specversion", "1.0"), ("ce-id", id), ("ce-source", Source), ("ce-type", "com.example.build.failed")];

    private static IEnumerable<(string Code, string Where)> Errors(JsonNode problem, string where) =>
        problem["errors"]!.AsArray().Select(error => (error!.Text("code"), error!.Text(where)));

    private static async Task<JsonNode> AskAsync(NodeScript sdk, string what, params JsonNode[] events)
    {
        await sdk.WriteLineAsync(new JsonObject { ["what"] = what, ["events"] = new JsonArray(events) }.ToJsonString());
        return JsonNode.Parse(await sdk.ReadLineAsync())!;
    }
}

public sealed class CloudEventTestsOnSqlite() : CloudEventTests(DatabaseKind.Sqlite);

public sealed class CloudEventTestsOnPostgreSql() : CloudEventTests(DatabaseKind.PostgreSql);

public sealed class CloudEventTestsOnSqlServer() : CloudEventTests(DatabaseKind.SqlServer);
