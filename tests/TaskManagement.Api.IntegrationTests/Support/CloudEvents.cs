using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace TaskManagement.Api.IntegrationTests.Support;

/// <summary>Steps with CloudEvents that read as what they do.</summary>
internal static class CloudEvents
{
    public const string Url = "/api/v1/cloudevents";
    public const string One = "application/cloudevents+json";
    public const string Batch = "application/cloudevents-batch+json";
    public const string Source = "https://ci.example.com/shop";

    /// <summary>An event of a build, unless the changes say otherwise.</summary>
    public static JsonObject Event(string id = "1", string type = "com.example.build.failed", string? subject = "main", JsonNode? data = null)
    {
        var made = new JsonObject { ["specversion"] = "1.0", ["id"] = id, ["source"] = Source, ["type"] = type, ["data"] = data };
        if (subject is not null)
            made["subject"] = subject;
        return made;
    }

    /// <summary>The headers of an event of a build in binary mode.</summary>
    public static (string Name, string Value)[] Headers(string id = "1") =>
        [("ce-specversion", "1.0"), ("ce-id", id), ("ce-source", Source), ("ce-type", "com.example.build.failed")];

    public static Task<HttpResponseMessage> PostEventAsync(this HttpClient client, JsonNode one, params (string Name, string Value)[] headers) =>
        client.PostBytesAsync(Encoding.UTF8.GetBytes(one.ToJsonString()), One, headers);

    public static Task<HttpResponseMessage> PostBatchAsync(this HttpClient client, params JsonNode?[] events) =>
        client.PostBytesAsync(Encoding.UTF8.GetBytes(new JsonArray(events).ToJsonString()), Batch);

    public static async Task<HttpResponseMessage> PostBytesAsync(
        this HttpClient client, byte[] body, string? contentType, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Url) { Content = new ByteArrayContent(body) };
        if (contentType is not null)
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        foreach (var (name, value) in headers)
            Assert.True(request.Headers.TryAddWithoutValidation(name, value));
        return await client.SendAsync(request);
    }

    /// <summary>The result of each event of an answer.</summary>
    public static async Task<IReadOnlyList<string>> ResultsAsync(this Task<HttpResponseMessage> sending) =>
        [.. (await sending.ShouldBeAsync(HttpStatusCode.OK)).Items().Select(item => item.Text("result"))];

    /// <summary>The code of each error of a problem, and where it is.</summary>
    public static IEnumerable<(string Code, string Where)> Errors(JsonNode problem, string where) =>
        problem["errors"]!.AsArray().Select(error => (error!.Text("code"), error!.Text(where)));

    /// <summary>What is in the log of CloudEvents from outside, each as it is in the feed, once all of them have their positions.</summary>
    public static async Task<IReadOnlyList<JsonNode>> ReceivedAsync(this HttpClient client, int count)
    {
        IReadOnlyList<JsonNode> received = [];
        await TaskManagement.TestSupport.Eventually.IsTrueAsync($"{count} CloudEvents are in the feed", async () =>
        {
            var page = await client.GetAsync("/api/v1/events?type=cloud_event.received&limit=200").ShouldBeAsync(HttpStatusCode.OK);
            received = [.. page.Items()];
            return received.Count >= count;
        });
        Assert.Equal(count, received.Count);
        return received;
    }

    /// <summary>The tables are what the log says.</summary>
    public static async Task ShouldBeConsistentAsync(this HttpClient client)
    {
        var verified = await client.PostJsonAsync("/api/v1/operations/verify").ShouldBeAsync(HttpStatusCode.OK);
        Assert.True((bool)verified["consistent"]!, verified.ToJsonString());
    }
}
