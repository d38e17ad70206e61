using System.Net;
using System.Text.Json.Nodes;
using TaskManagement.Infrastructure.Persistence;
using TaskManagement.TestSupport;

namespace TaskManagement.Api.IntegrationTests.Support;

/// <summary>Tests in which several people call one running service.</summary>
public abstract class PeopleTest(DatabaseKind database) : IAsyncLifetime
{
    protected const string InboxUrl = "/api/v1/me/notifications";
    protected static readonly Guid AnnId = new("0198f5e2-0000-7000-8000-00000000000a");
    protected static readonly Guid BobId = new("0198f5e2-0000-7000-8000-00000000000b");
    protected static readonly Guid CleoId = new("0198f5e2-0000-7000-8000-00000000000c");

    protected ApiHost Host { get; private set; } = null!;

    protected HttpClient Ann { get; private set; } = null!;

    protected HttpClient Bob { get; private set; } = null!;

    protected HttpClient Cleo { get; private set; } = null!;

    /// <summary>The project of all three.</summary>
    protected string Project { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        Host = await ApiHost.StartAsync(database, configure: PersonalTokens.Accept);
        (Ann, Bob, Cleo) = (Host.ClientOf(AnnId), Host.ClientOf(BobId), Host.ClientOf(CleoId));
        Project = (await Ann.CreateProjectAsync()).Id();
        var members = $"{Http.ProjectsUrl}/{Project}/members";
        foreach (var (client, id) in new[] { (Bob, BobId), (Cleo, CleoId) })
        {
            await Ann.PostJsonAsync(members, $$"""{"userId":"{{id}}","role":"editor"}""").ShouldBeAsync(HttpStatusCode.Created);
            await client.SendAsync(HttpMethod.Put, $"{members}/me").ShouldBeAsync(HttpStatusCode.OK);
        }
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        foreach (var client in (HttpClient?[])[Ann, Bob, Cleo])
            client?.Dispose();
        if (Host is not null)
            await Host.DisposeAsync();
    }

    /// <summary>A new task of Ann's, in the project of all three.</summary>
    protected Task<string> CreateTaskAsync(Guid? assignee = null, string title = "Water the plants") => CreateTaskAsync(assignee, title, Project);

    private async Task<string> CreateTaskAsync(Guid? assignee, string title, string? project) =>
        (await Ann.PostJsonAsync(Http.TasksUrl, new JsonObject { ["title"] = title, ["assigneeId"] = assignee?.ToString(), ["projectId"] = project }.ToJsonString())
            .ShouldBeAsync(HttpStatusCode.Created)).Id();

    /// <summary>Waits until everyone has been notified of what was done: notifications come in the order of the log.</summary>
    protected async Task EveryoneIsNotifiedAsync()
    {
        var last = Guid.CreateVersion7();
        await CreateTaskAsync(last, "The last", project: null);
        using var client = Host.ClientOf(last);
        await Eventually.IsTrueAsync("the last is notified", async () => (await client.GetAsync(InboxUrl).ShouldBeAsync(HttpStatusCode.OK)).Items().Any());
    }

    /// <summary>What a person finds, once everyone is notified.</summary>
    protected static async Task<IReadOnlyList<JsonNode>> InboxAsync(HttpClient client, string query = "") =>
        [.. (await client.GetAsync(InboxUrl + query).ShouldBeAsync(HttpStatusCode.OK)).Items()];
}
