using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace TaskManagement.Api.IntegrationTests.Support;

/// <summary>Steps over HTTP that read as what they do.</summary>
internal static class Http
{
    public const string TasksUrl = "/api/v1/tasks";
    public const string ProjectsUrl = "/api/v1/projects";

    public static async Task<HttpResponseMessage> SendAsync(
        this HttpClient client, HttpMethod method, string address, string? json = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, address);
        if (json is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(json));
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        foreach (var (name, value) in headers)
            Assert.True(request.Headers.TryAddWithoutValidation(name, value));
        return await client.SendAsync(request);
    }

    public static Task<HttpResponseMessage> PostJsonAsync(
        this HttpClient client, string address, string? json = null, params (string Name, string Value)[] headers) =>
        client.SendAsync(HttpMethod.Post, address, json, headers);

    public static Task<HttpResponseMessage> PatchJsonAsync(
        this HttpClient client, string address, string json, params (string Name, string Value)[] headers) =>
        client.SendAsync(HttpMethod.Patch, address, json, headers);

    public static async Task<JsonNode> JsonAsync(this HttpResponseMessage response) => JsonNode.Parse(await response.Content.ReadAsStringAsync())!;

    /// <summary>The answer, which must have this status.</summary>
    public static async Task<JsonNode> ShouldBeAsync(this Task<HttpResponseMessage> sending, HttpStatusCode status)
    {
        using var response = await sending;
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(status == response.StatusCode, $"{(int)response.StatusCode}: {text}");
        return text.Length == 0 ? new JsonObject() : JsonNode.Parse(text)!;
    }

    /// <summary>The problem document, which must have this status and code.</summary>
    public static async Task<JsonNode> ShouldBeProblemAsync(this Task<HttpResponseMessage> sending, HttpStatusCode status, string code)
    {
        using var response = await sending;
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(status == response.StatusCode, $"{(int)response.StatusCode}: {text}");
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = JsonNode.Parse(text)!;
        Assert.Equal(code, problem.Text("code"));
        Assert.Equal((int)status, (int)problem["status"]!);
        Assert.NotEmpty(problem.Text("traceId"));
        return problem;
    }

    public static string Text(this JsonNode node, string member) => (string)node[member]!;

    public static string Id(this JsonNode node) => node.Text("id");

    public static IEnumerable<JsonNode> Items(this JsonNode page) => page["items"]!.AsArray()!;

    /// <summary>The whole feed.</summary>
    public static async Task<IReadOnlyList<JsonNode>> FeedAsync(this HttpClient client, string type = "*")
    {
        var all = new List<JsonNode>();
        for (var after = ""; ;)
        {
            var page = await client.GetAsync($"/api/v1/events?type={type}&limit=200{after}").ShouldBeAsync(HttpStatusCode.OK);
            if (!page.Items().Any())
                return all;
            all.AddRange(page.Items());
            after = $"&after={page.Text("nextCursor")}";
        }
    }

    public static Task<JsonNode> CreateTaskAsync(this HttpClient client, string title = "Task", string? project = null) =>
        client.PostJsonAsync(TasksUrl, new JsonObject { ["title"] = title, ["projectId"] = project }.ToJsonString()).ShouldBeAsync(HttpStatusCode.Created);

    public static Task<JsonNode> CreateProjectAsync(this HttpClient client, string key = "OPS") =>
        client.PostJsonAsync(ProjectsUrl, $$"""{"key":"{{key}}","name":"Project {{key}}"}""").ShouldBeAsync(HttpStatusCode.Created);
}
