using System.Net;
using System.Text.Json.Nodes;
using TaskManagement.Api.IntegrationTests.Support;

namespace TaskManagement.Api.IntegrationTests.Webhooks;

/// <summary>What no webhook may be, and where none may lead.</summary>
public sealed class WebhookRefusalTests : IAsyncLifetime
{
    private const string WebhooksUrl = "/api/v1/webhooks";

    private ApiHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await ApiHost.StartAsync(settings: new(StringComparer.Ordinal)
    {
        ["Webhooks:AllowPrivateNetworks"] = "10.1.0.0/16, fd00:1::/64",
        ["Webhooks:MaxWebhooks"] = "3",
        ["Webhooks:TimeoutSeconds"] = "1",
    });

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Theory]
    [InlineData("http://127.0.0.1/")]
    [InlineData("http://localhost/")]
    [InlineData("http://127.1/")]
    [InlineData("http://2130706433/")]
    [InlineData("http://0x7f000001/")]
    [InlineData("http://0177.0.0.1/")]
    [InlineData("http://0/")]
    [InlineData("http://169.254.169.254/latest/meta-data")]
    [InlineData("http://[::1]/")]
    [InlineData("http://[::]/")]
    [InlineData("http://[::ffff:127.0.0.1]/")]
    [InlineData("http://[::ffff:a9fe:a9fe]/")]
    [InlineData("http://[::127.0.0.1]/")]
    [InlineData("http://[64:ff9b::7f00:1]/")]
    [InlineData("http://[2002:7f00:1::]/")]
    [InlineData("http://[fe80::1]/")]
    [InlineData("http://[fc00::1]/")]
    [InlineData("http://10.2.0.1/")]
    [InlineData("http://[::ffff:10.2.0.1]/")]
    [InlineData("http://172.16.0.1/")]
    [InlineData("http://192.168.1.1/")]
    [InlineData("http://100.64.0.1/")]
    [InlineData("http://224.0.0.1/")]
    [InlineData("http://255.255.255.255/")]
    [InlineData("http://[fd00:2::1]/")]
    public async Task A_url_that_leads_into_a_private_network_is_refused(string url)
    {
        var problem = await CreateAsync(url).ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "request.invalid");

        var error = Assert.Single(problem["errors"]!.AsArray())!;
        Assert.Equal(("url.refused", "/url"), (error.Text("code"), error.Text("pointer")));
        Assert.Empty((await _host.Client.GetAsync(WebhooksUrl).ShouldBeAsync(HttpStatusCode.OK)).Items());
    }

    [Theory]
    [InlineData("http://10.1.2.3/")]
    [InlineData("http://[::ffff:10.1.2.3]/")]
    [InlineData("http://[fd00:1::7]:8080/")]
    [InlineData("https://93.184.215.14/hook?token=a%20b")]
    public async Task A_public_address_and_a_network_that_is_allowed_are_admitted(string url) =>
        Assert.Equal(new Uri(url).AbsoluteUri, (await CreateAsync(url).ShouldBeAsync(HttpStatusCode.Created)).Text("url"));

    [Fact]
    public async Task What_a_name_means_is_checked_again_at_every_call()
    {
        // No one can resolve it when it is made; .localhost is this machine when it is called.
        var webhook = await CreateAsync("http://name.invalid/").ShouldBeAsync(HttpStatusCode.Created);
        var tested = await _host.Client.PostJsonAsync($"{WebhooksUrl}/{webhook.Id()}/test").ShouldBeAsync(HttpStatusCode.OK);
        Assert.False((bool)tested["succeeded"]!);
        await _host.Client.PatchJsonAsync($"{WebhooksUrl}/{webhook.Id()}", """{"url":"http://127.0.0.1/"}""").ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "request.invalid");
    }

    [Theory]
    [InlineData("""{"eventTypes":["*"]}""", "/url", "url.required")]
    [InlineData("""{"url":"ftp://example.com/","eventTypes":["*"]}""", "/url", "url.malformed")]
    [InlineData("""{"url":"/relative","eventTypes":["*"]}""", "/url", "url.malformed")]
    [InlineData("""{"url":"https://user:secret@example.com/","eventTypes":["*"]}""", "/url", "url.user_info")]
    [InlineData("""{"url":"https://example.com/#part","eventTypes":["*"]}""", "/url", "url.fragment")]
    [InlineData("""{"url":"https://93.184.215.14/"}""", "/eventTypes", "event_types.out_of_range")]
    [InlineData("""{"url":"https://93.184.215.14/","eventTypes":[]}""", "/eventTypes", "event_types.out_of_range")]
    [InlineData("""{"url":"https://93.184.215.14/","eventTypes":["task.compleated"]}""", "/eventTypes/0", "type.unknown")]
    [InlineData("""{"url":"https://93.184.215.14/","eventTypes":["task.*","Task!"]}""", "/eventTypes/1", "type.malformed")]
    [InlineData("""{"url":"https://93.184.215.14/","eventTypes":["task.*","task.*"]}""", "/eventTypes/1", "type.repeated")]
    [InlineData("""{"url":"https://93.184.215.14/","eventTypes":[null]}""", "/eventTypes/0", "type.malformed")]
    [InlineData("""{"url":"https://93.184.215.14/","eventTypes":["*"],"description":""}""", "/description", "description.required")]
    [InlineData("""{"url":"https://93.184.215.14/","eventTypes":["*"],"id":"00000000-0000-0000-0000-000000000000"}""", "/id", "id.malformed")]
    public async Task What_is_wrong_is_named_and_nothing_is_made(string body, string pointer, string code)
    {
        var problem = await _host.Client.PostJsonAsync(WebhooksUrl, body).ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "request.invalid");

        Assert.Contains(problem["errors"]!.AsArray(), error => error!.Text("pointer") == pointer && error!.Text("code") == code);
        Assert.Empty((await _host.Client.GetAsync(WebhooksUrl).ShouldBeAsync(HttpStatusCode.OK)).Items());
    }

    [Fact]
    public async Task There_may_be_no_more_than_are_allowed_and_a_secret_can_not_be_chosen()
    {
        await _host.Client.PostJsonAsync(WebhooksUrl, """{"url":"https://93.184.215.14/","eventTypes":["*"],"secret":"whsec_MTIz"}""").ShouldBeProblemAsync(HttpStatusCode.BadRequest, "request.malformed");
        var id = "";
        for (var i = 0; i < 3; i++)
            id = (await CreateAsync("https://93.184.215.14/").ShouldBeAsync(HttpStatusCode.Created)).Id();
        await CreateAsync("https://93.184.215.14/").ShouldBeProblemAsync(HttpStatusCode.Conflict, "webhook.too_many");
        await _host.Client.PostJsonAsync($"{WebhooksUrl}/{id}/rotate-secret", """{"overlapHours":1000}""").ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "request.invalid");
        await _host.Client.GetAsync($"{WebhooksUrl}/{id}/deliveries?cursor=x").ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "request.invalid");
    }

    [Fact]
    public async Task An_id_is_taken_once()
    {
        var body = $$"""{"url":"https://93.184.215.14/","eventTypes":["*"],"id":"{{Guid.CreateVersion7()}}"}""";
        await _host.Client.PostJsonAsync(WebhooksUrl, body).ShouldBeAsync(HttpStatusCode.Created);
        await _host.Client.PostJsonAsync(WebhooksUrl, body).ShouldBeProblemAsync(HttpStatusCode.Conflict, "webhook.already_exists");
        Assert.Single((await _host.Client.GetAsync(WebhooksUrl).ShouldBeAsync(HttpStatusCode.OK)).Items());
    }

    [Fact]
    public async Task The_log_is_told_neither_the_url_nor_the_secret()
    {
        var webhook = await CreateAsync("https://93.184.215.14/canary-path?token=canary-token").ShouldBeAsync(HttpStatusCode.Created);
        await _host.Client.PatchJsonAsync($"{WebhooksUrl}/{webhook.Id()}", """{"url":"https://93.184.215.14/canary-other"}""").ShouldBeAsync(HttpStatusCode.OK);
        await _host.Client.PostJsonAsync($"{WebhooksUrl}/{webhook.Id()}/rotate-secret").ShouldBeAsync(HttpStatusCode.OK);

        var feed = (await _host.Client.GetAsync("/api/v1/events?type=webhook.*").ShouldBeAsync(HttpStatusCode.OK)).ToJsonString();
        Assert.Contains("https://93.184.215.14", feed, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", feed, StringComparison.Ordinal);
        Assert.DoesNotContain("whsec", feed, StringComparison.Ordinal);
    }

    private Task<HttpResponseMessage> CreateAsync(string url) =>
        _host.Client.PostJsonAsync(WebhooksUrl, new JsonObject { ["url"] = url, ["eventTypes"] = new JsonArray("*") }.ToJsonString());
}
