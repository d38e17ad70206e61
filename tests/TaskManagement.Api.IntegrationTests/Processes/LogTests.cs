using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace TaskManagement.Api.IntegrationTests.Processes;

public sealed class LogTests : IDisposable
{
    private const string Canary = "canary";
    private const string Token = "canary-token-0123456789";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_log_has_no_contents_and_no_secrets_and_no_error_for_what_is_refused()
    {
        Ended ended;
        await using (var service = await ServiceProcess.StartBareAsync(
            // On a busy machine a handler may be slow, of which the log warns.
            _folder, ("Bootstrap:AdminToken", Token), ("Logging:LogLevel:TaskManagement", "Debug"), ("Monitoring:SlowHandlerMilliseconds", "60000")))
        {
            using var client = service.ClientWith(Token);
            const string Id = "0198f5e2-7c1a-7b3e-9d55-3f2a8c6e1b04";
            const string Body = $$"""{"id":"{{Id}}","title":"canary-title","description":"canary-description","labels":["canary-label"]}""";

            Assert.Equal(HttpStatusCode.Created, await SendAsync(client, HttpMethod.Post, "/api/v1/tasks", Body));
            Assert.Equal(HttpStatusCode.Conflict, await SendAsync(client, HttpMethod.Post, "/api/v1/tasks", Body, key: "canary-another-key"));
            Assert.Equal(HttpStatusCode.OK, await SendAsync(client, HttpMethod.Patch, $"/api/v1/tasks/{Id}", """{"title":"canary-patch"}"""));
            Assert.Equal(HttpStatusCode.PreconditionFailed, await SendAsync(client, HttpMethod.Patch, $"/api/v1/tasks/{Id}", """{"title":"canary-late"}""", ifMatch: "\"9\""));
            Assert.Equal(HttpStatusCode.Conflict, await SendAsync(client, HttpMethod.Post, $"/api/v1/tasks/{Id}/complete", body: null));
            Assert.Equal(HttpStatusCode.OK, await SendAsync(client, HttpMethod.Post, $"/api/v1/tasks/{Id}/cancel", """{"reason":"canary-reason"}"""));
            Assert.Equal(HttpStatusCode.BadRequest, await SendAsync(client, HttpMethod.Post, "/api/v1/tasks", """{"title":"canary-cut"""));
            Assert.Equal(HttpStatusCode.BadRequest, await SendAsync(client, HttpMethod.Post, "/api/v1/tasks", """{"canary-member":1}"""));
            Assert.Equal(HttpStatusCode.UnprocessableEntity, await SendAsync(client, HttpMethod.Post, "/api/v1/tasks", $$"""{"title":"canary{{new string('x', 400)}}"}"""));
            Assert.Equal(HttpStatusCode.OK, await SendAsync(client, HttpMethod.Get, "/api/v1/tasks?text=canary-text&label=canary-label", body: null));
            using var stranger = service.ClientWith("canary-unknown-token");
            Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync(stranger, HttpMethod.Get, "/api/v1/tasks", body: null));
            ended = await service.TerminateAsync();
        }

        string[] lines = [.. ended.Output, .. ended.Errors];
        Assert.Contains(lines, line => line.Contains("CreateTask", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line.Contains(Canary, StringComparison.OrdinalIgnoreCase));
        // AutoMapper warns that it has no licence key, which is as it should be.
        Assert.DoesNotContain(lines, line => line.StartsWith("fail:", StringComparison.Ordinal)
            || (line.StartsWith("warn:", StringComparison.Ordinal) && !line.Contains("AutoMapper.License", StringComparison.Ordinal)));
    }

    private static async Task<HttpStatusCode> SendAsync(
        HttpClient client, HttpMethod method, string path, string? body, string key = "canary-key", string? ifMatch = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, method == HttpMethod.Patch ? "application/merge-patch+json" : "application/json");
        if (method == HttpMethod.Post && path == "/api/v1/tasks" && body?.EndsWith('}') == true)
            request.Headers.Add("Idempotency-Key", key);
        if (ifMatch is not null)
            request.Headers.IfMatch.Add(EntityTagHeaderValue.Parse(ifMatch));
        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }
}
