using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using TaskManagement.Api.IntegrationTests.Support;
using TaskManagement.Infrastructure.Persistence;
using static TaskManagement.Api.IntegrationTests.Support.CloudEvents;

namespace TaskManagement.Api.IntegrationTests;

/// <summary>What a CloudEvent states is kept as it was, in whatever mode it came.</summary>
public abstract class CloudEventContentTests(DatabaseKind database) : HttpTest(database)
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

    private static async Task<JsonNode> AskAsync(NodeScript sdk, string what, params JsonNode[] events)
    {
        await sdk.WriteLineAsync(new JsonObject { ["what"] = what, ["events"] = new JsonArray(events) }.ToJsonString());
        return JsonNode.Parse(await sdk.ReadLineAsync())!;
    }
}

public sealed class CloudEventContentTestsOnSqlite() : CloudEventContentTests(DatabaseKind.Sqlite);

public sealed class CloudEventContentTestsOnPostgreSql() : CloudEventContentTests(DatabaseKind.PostgreSql);

public sealed class CloudEventContentTestsOnSqlServer() : CloudEventContentTests(DatabaseKind.SqlServer);
