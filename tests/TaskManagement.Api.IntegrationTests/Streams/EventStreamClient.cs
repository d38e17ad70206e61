using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json;
using TaskManagement.Api.IntegrationTests.Support;
using static TaskManagement.Api.IntegrationTests.Support.Http;

namespace TaskManagement.Api.IntegrationTests.Streams;

/// <summary>A client of the stream, with the platform's own parser of Server-Sent Events.</summary>
internal sealed class EventStreamClient : IAsyncDisposable
{
    public const string Url = "/api/v1/events/stream";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly SseParser<string> _parser;
    private readonly IAsyncEnumerator<SseItem<string>> _events;

    private EventStreamClient(HttpResponseMessage response, Stream body)
    {
        Response = response;
        Body = body;
        _parser = SseParser.Create(body);
        _events = _parser.EnumerateAsync().GetAsyncEnumerator();
    }

    public HttpResponseMessage Response { get; }

    public Stream Body { get; }

    public string LastEventId => _parser.LastEventId;

    /// <summary>Opens a stream; the answer has begun when this returns.</summary>
    /// <param name="client">What connects.</param>
    /// <param name="query">The parameters.</param>
    /// <param name="lastEventId">What a client sends that connects again.</param>
    /// <param name="through">What the body is read through.</param>
    public static async Task<EventStreamClient> OpenAsync(
        HttpClient client, string query = "", string? lastEventId = null, Func<Stream, Stream>? through = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Url + query);
        if (lastEventId is not null)
            request.Headers.Add("Last-Event-ID", lastEventId);
        var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        if (response.StatusCode != HttpStatusCode.OK)
            Assert.Fail($"{(int)response.StatusCode}: {await response.Content.ReadAsStringAsync()}");
        var body = await response.Content.ReadAsStreamAsync();
        return new(response, through is null ? body : through(body));
    }

    /// <summary>The next event, or null if the stream has ended.</summary>
    public async Task<SseItem<string>?> TryNextAsync() => await _events.MoveNextAsync().AsTask().WaitAsync(Patience) ? _events.Current : null;

    /// <summary>The next event.</summary>
    public async Task<SseItem<string>> NextAsync() => await TryNextAsync() ?? throw new InvalidOperationException("The stream has ended.");

    /// <summary>The next so many events.</summary>
    public async Task<IReadOnlyList<SseItem<string>>> TakeAsync(int count)
    {
        var events = new List<SseItem<string>>();
        while (events.Count < count)
            events.Add(await NextAsync());
        return events;
    }

    public async ValueTask DisposeAsync()
    {
        Response.Dispose();
        await Body.DisposeAsync();
    }
}

/// <summary>What streams are held against: the feed.</summary>
internal static class FeedSteps
{
    /// <summary>The position and the exact text of every event in the feed.</summary>
    public static async Task<IReadOnlyList<(string Position, string Json)>> FeedAsync(this HttpClient client, string filter = "")
    {
        var found = new List<(string, string)>();
        for (var after = "0"; ;)
        {
            using var page = JsonDocument.Parse(await client.GetStringAsync($"/api/v1/events?limit=200&after={after}{filter}"));
            var items = page.RootElement.GetProperty("items").EnumerateArray().ToList();
            found.AddRange(items.Select(item => (item.GetProperty("position").GetString()!, item.GetRawText())));
            after = page.RootElement.GetProperty("nextCursor").GetString();
            if (items.Count == 0)
                return found;
        }
    }

    /// <summary>A task with an event of each of several kinds.</summary>
    public static async Task<string> ChangeTaskAsync(this HttpClient client, string title = "Task")
    {
        var id = (await client.CreateTaskAsync(title)).Id();
        await client.PatchJsonAsync(
            $"{TasksUrl}/{id}", """{"title":"Prüfe \"Ω\" \u2028 und 🚰\\","description":"a\r\nb","priority":"high","labels":["a"],"due":{"date":"2026-12-01"}}""")
            .ShouldBeAsync(HttpStatusCode.OK);
        await client.PostJsonAsync($"{TasksUrl}/{id}/start").ShouldBeAsync(HttpStatusCode.OK);
        await client.PostJsonAsync($"{TasksUrl}/{id}/complete").ShouldBeAsync(HttpStatusCode.OK);
        return id;
    }
}
