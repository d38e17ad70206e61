using System.Data.Common;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using TaskManagement.Api.IntegrationTests.Support;
using TaskManagement.Application.Identity;
using TaskManagement.Infrastructure.Persistence.Providers;
using TaskManagement.TestSupport;
using static TaskManagement.Api.IntegrationTests.Support.Http;

namespace TaskManagement.Api.IntegrationTests;

public sealed class SecurityTests
{
    [Fact]
    public async Task Every_endpoint_but_entrances_health_and_documents_needs_a_token()
    {
        await using var host = await ApiHost.StartAsync();
        using var anonymous = host.CreateClient(token: null);
        using var stranger = host.CreateClient("tm_unknown-token-0123456789");
        var endpoints = host.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().ToList();
        var open = endpoints.Where(endpoint => endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null).Select(endpoint => endpoint.RoutePattern.RawText!.TrimEnd('/'));

        Assert.Equal(
            [
                "/api/v1/accounts", "/api/v1/accounts/confirmation", "/api/v1/accounts/confirmation/mail", "/api/v1/accounts/password-reset",
                "/api/v1/accounts/password-reset/confirmation", "/api/v1/sessions", "/api/v1/sessions/refresh",
                "/health/live", "/health/ready", "/openapi/{documentName}.json",
            ],
            open.Order(StringComparer.Ordinal));
        foreach (var endpoint in endpoints.Where(endpoint => endpoint.Metadata.GetMetadata<IAllowAnonymous>() is null))
        {
            var method = new HttpMethod(endpoint.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods[0]);
            var address = endpoint.RoutePattern.RawText!.Replace("{id}", Guid.CreateVersion7().ToString(), StringComparison.Ordinal);
            await anonymous.SendAsync(method, address, "{}").ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "auth.required");
            await stranger.SendAsync(method, address, "{}").ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "auth.required");
        }

        foreach (var address in new[] { "/health/live", "/health/ready", "/openapi/v1.json", "/docs/index.html" })
        {
            using var response = await anonymous.GetAsync(address);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }
    }

    [Theory]
    [InlineData("Bearer")]
    [InlineData("Bearer ")]
    [InlineData("Basic dXNlcjpwYXNz")]
    [InlineData("Bearer test-token-0123456789abcde")]
    [InlineData("Bearer test-token-0123456789abcdef0")]
    [InlineData("bearer TEST-TOKEN-0123456789ABCDEF")]
    public async Task What_is_not_the_token_is_refused(string authorization)
    {
        await using var host = await ApiHost.StartAsync();
        using var client = host.CreateClient(token: null);

        using var response = await client.SendAsync(HttpMethod.Get, TasksUrl, null, ("Authorization", authorization));

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.StartsWith("Bearer", Assert.Single(response.Headers.WwwAuthenticate).ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/api/v1/tasks", HttpStatusCode.OK)]
    [InlineData("/api/v1/tasks/nope", HttpStatusCode.BadRequest)]
    [InlineData("/api/v1/nothing", HttpStatusCode.NotFound)]
    [InlineData("/health/live", HttpStatusCode.OK)]
    public async Task Every_answer_has_the_security_headers(string address, HttpStatusCode status)
    {
        await using var host = await ApiHost.StartAsync();

        using var response = await host.Client.GetAsync(address);

        Assert.Equal(status, response.StatusCode);
        Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("DENY", Assert.Single(response.Headers.GetValues("X-Frame-Options")));
        Assert.Equal("no-referrer", Assert.Single(response.Headers.GetValues("Referrer-Policy")));
        Assert.Contains("frame-ancestors 'none'", Assert.Single(response.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        Assert.False(response.Headers.Contains("Server"));
        Assert.False(response.Headers.Contains("Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task Who_calls_too_fast_is_told_to_wait()
    {
        await using var host = await ApiHost.StartAsync(settings: new(StringComparer.Ordinal)
        {
            ["RateLimiting:Burst"] = "5",
            ["RateLimiting:PerSecond"] = "1",
            ["RateLimiting:AnonymousBurst"] = "3",
            ["RateLimiting:AnonymousPerSecond"] = "1",
        });
        using var anonymous = host.CreateClient("tm_guess");

        var mine = await AtOnceAsync(host.Client);
        var guesses = await AtOnceAsync(anonymous);

        Assert.Contains(HttpStatusCode.OK, mine.Keys);
        Assert.Contains(HttpStatusCode.Unauthorized, guesses.Keys);
        foreach (var refused in new[] { mine[HttpStatusCode.TooManyRequests], guesses[HttpStatusCode.TooManyRequests] })
        {
            Assert.True(refused.Headers.RetryAfter?.Delta >= TimeSpan.FromSeconds(1));
            Assert.Equal("request.too_many", (await refused.JsonAsync()).Text("code"));
        }

        // So many at once that even a slow machine is faster than one a second.
        static async Task<Dictionary<HttpStatusCode, HttpResponseMessage>> AtOnceAsync(HttpClient client)
        {
            var responses = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => client.GetAsync(TasksUrl)));
            return responses.GroupBy(response => response.StatusCode).ToDictionary(group => group.Key, group => group.First());
        }
    }

    [Fact]
    public async Task The_call_is_named_in_its_events_by_the_callers_correlation_id_or_else_its_trace()
    {
        await using var host = await ApiHost.StartAsync();

        var named = await host.Client.PostJsonAsync(TasksUrl, """{"title":"A"}""", ("X-Correlation-Id", "order-4711")).ShouldBeAsync(HttpStatusCode.Created);
        var traced = await host.Client.PostJsonAsync(
            TasksUrl, """{"title":"B"}""", ("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")).ShouldBeAsync(HttpStatusCode.Created);

        Assert.Equal("order-4711", (await FirstEventAsync(named)).Text("correlationid"));
        Assert.Equal("4bf92f3577b34da6a3ce929d0e0e4736", (await FirstEventAsync(traced)).Text("correlationid"));
        Assert.StartsWith("00-4bf92f3577b34da6a3ce929d0e0e4736-", (await FirstEventAsync(traced)).Text("traceparent"), StringComparison.Ordinal);

        async Task<JsonNode> FirstEventAsync(JsonNode task) =>
            (await host.Client.GetAsync($"{TasksUrl}/{task.Id()}/history").ShouldBeAsync(HttpStatusCode.OK)).Items().First();
    }

    [Fact]
    public async Task However_many_ask_for_a_token_at_once_the_database_is_asked_once()
    {
        var held = new HeldQueries("access_tokens");
        await using var host = await ApiHost.StartAsync(
            configure: services => services.ConfigureDbContext<SqliteDbContext>(builder => builder.AddInterceptors(held)));
        var tokens = host.Services.GetRequiredService<IAccessTokens>();
        held.Hold();

        var asked = Enumerable.Range(0, 50).Select(_ => Task.Run(() => tokens.AuthenticateAsync(ApiHost.Token, default).AsTask())).ToList();
        await Eventually.IsTrueAsync("one has come to the database", () => Task.FromResult(held.Count == 1));
        held.Release();

        Assert.Single((await Task.WhenAll(asked)).Distinct());
        Assert.NotNull(await asked[0]);
        Assert.Equal(1, held.Count);
    }

    /// <summary>Counts the queries of a table, and holds them up.</summary>
    private sealed class HeldQueries(string table) : DbCommandInterceptor
    {
        private TaskCompletionSource? _released;
        private int _count;

        public int Count => Volatile.Read(ref _count);

        public void Hold() => _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Release() => _released!.SetResult();

        public override async ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
        {
            if (_released is not null && command.CommandText.Contains(table, StringComparison.Ordinal))
            {
                Interlocked.Increment(ref _count);
                await _released.Task;
            }

            return result;
        }
    }
}
