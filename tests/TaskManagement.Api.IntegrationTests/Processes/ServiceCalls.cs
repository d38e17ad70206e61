using System.Net.Http.Json;
using System.Text.Json;

namespace TaskManagement.Api.IntegrationTests.Processes;

/// <summary>What clients do over HTTP, in few words.</summary>
internal static class ServiceCalls
{
    public static async Task<JsonElement> GetJsonAsync(this HttpClient client, string path)
    {
        using var answer = await client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
        return await answer.JsonAsync();
    }

    public static async Task<JsonElement> PostJsonAsync(this HttpClient client, string path, object? body = null)
    {
        using var answer = await client.PostAsync(path, body);
        return await answer.JsonAsync();
    }

    public static Task<HttpResponseMessage> PostAsync(this HttpClient client, string path, object? body) =>
        client.PostAsync(new Uri(path, UriKind.Relative), body is null ? null : JsonContent.Create(body), TestContext.Current.CancellationToken);

    /// <summary>The items of all pages of a list.</summary>
    public static async Task<IReadOnlyList<JsonElement>> ListAsync(this HttpClient client, string path)
    {
        var items = new List<JsonElement>();
        string? cursor = null;
        do
        {
            var page = await client.GetJsonAsync($"{path}{(path.Contains('?') ? '&' : '?')}limit=200{(cursor is null ? "" : $"&cursor={cursor}")}");
            items.AddRange(page.GetProperty("items").EnumerateArray());
            cursor = page.GetProperty("nextCursor").GetString();
        }
        while (cursor is not null);

        return items;
    }

    private static async Task<JsonElement> JsonAsync(this HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, $"{(int)answer.StatusCode}: {text}");
        return JsonElement.Parse(text);
    }
}
