using System.Net;
using TaskManagement.Api.IntegrationTests.Support;
using TaskManagement.Infrastructure.Persistence;
using TaskManagement.TestSupport;
using static TaskManagement.Api.IntegrationTests.Support.Http;

namespace TaskManagement.Api.IntegrationTests.Audit;

/// <summary>From where a call came, and who is believed about it.</summary>
public abstract class ClientAddressTests(DatabaseKind database)
{
    private const string AuditUrl = "/api/v1/audit";
    private const string Loopback = "127.0.0.0/8,::1/128";

    [Fact]
    public async Task The_audit_shows_the_address_of_the_connection_whatever_a_header_says()
    {
        await using var host = await StartAsync(proxies: null);

        await CreateAsync(host, "192.0.2.99");

        var entry = Assert.Single((await AuditAsync(host, "action=task.created")).Items());
        Assert.True(IPAddress.IsLoopback(IPAddress.Parse(entry.Text("address"))));
    }

    [Theory]
    [InlineData(Loopback, "192.0.2.99", "192.0.2.99")]
    [InlineData(Loopback, "203.0.113.7, 192.0.2.99", "192.0.2.99")]
    [InlineData(Loopback + ", 192.0.2.0/24", "198.51.100.1, 203.0.113.7, 192.0.2.99", "203.0.113.7")]
    [InlineData(Loopback, "::ffff:192.0.2.99", "192.0.2.99")]
    [InlineData(Loopback, "2001:DB8:0::99", "2001:db8::99")]
    public async Task A_proxy_that_is_trusted_says_for_whom_it_calls(string proxies, string header, string address)
    {
        await using var host = await StartAsync(proxies);

        var task = await CreateAsync(host, header);

        Assert.Equal(address, Assert.Single((await AuditAsync(host, "action=task.created")).Items()).Text("address"));
        Assert.Single((await AuditAsync(host, $"address={Uri.EscapeDataString(address)}&action=task.*")).Items());
        Assert.Empty((await AuditAsync(host, "address=192.0.2.1")).Items());
        foreach (var other in new[] { "/api/v1/events", $"{TasksUrl}/{task}/history", $"{TasksUrl}/{task}" })
            Assert.DoesNotContain(address, (await host.Client.GetAsync(other).ShouldBeAsync(HttpStatusCode.OK)).ToJsonString(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task What_was_refused_shows_its_address_too()
    {
        await using var host = await StartAsync(Loopback);
        var task = await CreateAsync(host, "192.0.2.98");

        await host.Client.PostJsonAsync($"{TasksUrl}/{task}/complete", null, ("X-Forwarded-For", "192.0.2.99")).ShouldBeAsync(HttpStatusCode.Conflict);

        await ShownAsync(host, "address=192.0.2.99");
        Assert.Equal("command.failed", Assert.Single((await AuditAsync(host, "address=192.0.2.99")).Items()).Text("action"));
    }

    [Fact]
    public async Task Who_is_limited_by_address_is_limited_by_the_same_one()
    {
        await using var host = await ApiHost.StartAsync(database, new(StringComparer.Ordinal)
        {
            ["Proxies:Trusted"] = Loopback,
            ["RateLimiting:AnonymousBurst"] = "1",
            ["RateLimiting:AnonymousPerSecond"] = "1",
        });
        using var anonymous = host.CreateClient(token: null);

        var statuses = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => AskAsync("192.0.2.99")));

        Assert.Contains(HttpStatusCode.TooManyRequests, statuses);
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync("192.0.2.98"));

        async Task<HttpStatusCode> AskAsync(string address)
        {
            using var answer = await anonymous.SendAsync(HttpMethod.Get, TasksUrl, null, ("X-Forwarded-For", address));
            return answer.StatusCode;
        }
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("192.0.2")]
    [InlineData("192.0.2.017")]
    [InlineData("192.0.2.0/24")]
    [InlineData("%5B::1%5D:80")]
    [InlineData("")]
    public async Task A_malformed_address_is_refused_by_name(string address)
    {
        await using var host = await StartAsync(proxies: null);

        var problem = await host.Client.GetAsync($"{AuditUrl}?address={address}").ShouldBeProblemAsync(HttpStatusCode.BadRequest, "request.malformed");

        Assert.Equal("address", Assert.Single(problem["errors"]!.AsArray())!.Text("parameter"));
    }

    private Task<ApiHost> StartAsync(string? proxies) => ApiHost.StartAsync(database, new(StringComparer.Ordinal) { ["Proxies:Trusted"] = proxies });

    private static async Task<string> CreateAsync(ApiHost host, string forwardedFor)
    {
        var task = await host.Client.PostJsonAsync(TasksUrl, """{"title":"Task"}""", ("X-Forwarded-For", forwardedFor)).ShouldBeAsync(HttpStatusCode.Created);
        await ShownAsync(host, "action=task.created");
        return task.Id();
    }

    /// <summary>What has no position yet is not in the audit.</summary>
    private static Task ShownAsync(ApiHost host, string filter) =>
        Eventually.IsTrueAsync("the audit shows it", async () => (await AuditAsync(host, filter)).Items().Any());

    private static Task<System.Text.Json.Nodes.JsonNode> AuditAsync(ApiHost host, string filter) =>
        host.Client.GetAsync($"{AuditUrl}?{filter}").ShouldBeAsync(HttpStatusCode.OK);
}

public sealed class ClientAddressTestsOnSqlite() : ClientAddressTests(DatabaseKind.Sqlite);

public sealed class ClientAddressTestsOnPostgreSql() : ClientAddressTests(DatabaseKind.PostgreSql);
