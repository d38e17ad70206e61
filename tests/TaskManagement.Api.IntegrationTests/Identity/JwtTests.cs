using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using TaskManagement.Api.IntegrationTests.Streams;
using TaskManagement.Api.IntegrationTests.Support;
using static TaskManagement.Api.IntegrationTests.Support.Http;

namespace TaskManagement.Api.IntegrationTests.Identity;

/// <summary>Tokens of an external issuer.</summary>
public sealed class JwtTests : IAsyncLifetime
{
    private Issuer _issuer = null!;

    public async ValueTask InitializeAsync() => _issuer = await Issuer.StartAsync();

    public async ValueTask DisposeAsync() => await _issuer.DisposeAsync();

    [Fact]
    public async Task A_person_comes_with_a_token_of_the_issuer_and_is_the_same_every_time()
    {
        await using var host = await StartAsync();
        var first = await CreatedByAsync(host, _issuer.Token());
        var again = await CreatedByAsync(host, _issuer.Token(claims => claims["name"] = "Ann, renamed"));
        var other = await CreatedByAsync(host, _issuer.Token(subject: "ben"));

        Assert.StartsWith("user:", first, StringComparison.Ordinal);
        Assert.True(Guid.TryParseExact(first["user:".Length..], "D", out _));
        Assert.Equal(first, again);
        Assert.NotEqual(first, other);
        await host.Client.GetAsync(TasksUrl).ShouldBeAsync(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Its_scopes_are_what_it_is_good_for_in_words_or_in_a_list_and_unknown_words_count_for_nothing()
    {
        await using var host = await StartAsync();
        await StatusShouldBeAsync(host, _issuer.Token(scope: "openid tasks:read"), HttpStatusCode.OK, HttpStatusCode.Forbidden);
        await StatusShouldBeAsync(host, _issuer.Token(scope: "openid"), HttpStatusCode.Forbidden, HttpStatusCode.Forbidden);
        await StatusShouldBeAsync(host, _issuer.Token(claims => claims.Remove("scope")), HttpStatusCode.Forbidden, HttpStatusCode.Forbidden);
        await StatusShouldBeAsync(host, _issuer.Token(claims => claims["scope"] = new JsonArray("tasks:read", "events:read")), HttpStatusCode.OK, HttpStatusCode.OK);
        await StatusShouldBeAsync(host, _issuer.Token(claims => claims["scope"] = new JsonObject { ["admin"] = true }), HttpStatusCode.Forbidden, HttpStatusCode.Forbidden);

        async Task StatusShouldBeAsync(ApiHost service, string token, HttpStatusCode tasks, HttpStatusCode events)
        {
            using var client = service.CreateClient(token);
            await client.GetAsync(TasksUrl).ShouldBeAsync(tasks);
            await client.GetAsync("/api/v1/events").ShouldBeAsync(events);
            await client.GetAsync("/api/v1/audit").ShouldBeProblemAsync(HttpStatusCode.Forbidden, "auth.insufficient_scope");
        }
    }

    [Fact]
    public async Task The_claim_of_scopes_can_be_another()
    {
        await using var host = await StartAsync(("Jwt:ScopeClaim", "permissions"));
        using var client = host.CreateClient(_issuer.Token(claims => claims["permissions"] = new JsonArray("events:read"), scope: "admin"));

        await client.GetAsync("/api/v1/events").ShouldBeAsync(HttpStatusCode.OK);
        await client.GetAsync(TasksUrl).ShouldBeProblemAsync(HttpStatusCode.Forbidden, "auth.insufficient_scope");
    }

    [Theory]
    [InlineData("issuer")]
    [InlineData("no issuer")]
    [InlineData("audience")]
    [InlineData("no audience")]
    [InlineData("expired")]
    [InlineData("no end")]
    [InlineData("not yet")]
    [InlineData("no subject")]
    [InlineData("empty subject")]
    [InlineData("two subjects")]
    [InlineData("no algorithm")]
    [InlineData("secret")]
    [InlineData("secret of the modulus")]
    [InlineData("unknown key")]
    [InlineData("another key under a known name")]
    [InlineData("no name of a key")]
    [InlineData("changed")]
    [InlineData("no signature")]
    [InlineData("nonsense")]
    public async Task What_the_issuer_did_not_say_of_us_and_now_is_refused(string fault)
    {
        await using var host = await StartAsync();
        using var good = host.CreateClient(_issuer.Token());
        await good.GetAsync(TasksUrl).ShouldBeAsync(HttpStatusCode.OK);

        using var bad = host.CreateClient(With(fault));
        using var answer = await bad.GetAsync(TasksUrl);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("Bearer error=\"invalid_token\"", Assert.Single(answer.Headers.GetValues("WWW-Authenticate")));
        Assert.Equal("auth.required", (await answer.JsonAsync()).Text("code"));
    }

    [Fact]
    public async Task Clocks_may_differ_by_half_a_minute()
    {
        await using var host = await StartAsync();
        using var late = host.CreateClient(_issuer.Token(life: TimeSpan.FromSeconds(-15)));
        using var early = host.CreateClient(_issuer.Token(claims => claims["nbf"] = Seconds(15)));

        await late.GetAsync(TasksUrl).ShouldBeAsync(HttpStatusCode.OK);
        await early.GetAsync(TasksUrl).ShouldBeAsync(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_new_key_is_fetched_when_a_token_comes_with_it_and_the_old_one_is_no_longer_good()
    {
        await using var host = await StartAsync();
        var old = _issuer.Token();
        using var before = host.CreateClient(old);
        await before.GetAsync(TasksUrl).ShouldBeAsync(HttpStatusCode.OK);
        _issuer.Rotate();

        using var after = host.CreateClient(_issuer.Token());
        await after.GetAsync(TasksUrl).ShouldBeAsync(HttpStatusCode.OK);
        await before.GetAsync(TasksUrl).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "auth.required");

        // Whoever makes keys up does not have the issuer asked each time.
        var asked = _issuer.Asked;
        for (var i = 0; i < 10; i++)
        {
            using var guess = host.CreateClient(new SigningKey($"{i}").Sign(_issuer.Claims()));
            await guess.GetAsync(TasksUrl).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "auth.required");
        }

        Assert.Equal(asked, _issuer.Asked);
    }

    [Fact]
    public async Task An_issuer_that_can_not_be_reached_is_no_fault_of_the_token()
    {
        _issuer.IsDown = true;
        await using var host = await StartAsync();
        using var client = host.CreateClient(_issuer.Token());

        using (var answer = await client.GetAsync(TasksUrl))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
            Assert.NotNull(answer.Headers.RetryAfter);
            Assert.Equal("auth.issuer_unavailable", (await answer.JsonAsync()).Text("code"));
        }

        await host.Client.GetAsync(TasksUrl).ShouldBeAsync(HttpStatusCode.OK);
        using (var live = await client.GetAsync("/health/live"))
            Assert.Equal(HttpStatusCode.OK, live.StatusCode);
        _issuer.IsDown = false;
        await client.GetAsync(TasksUrl).ShouldBeAsync(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Keys_can_be_in_the_configuration_several_of_them_and_of_either_kind()
    {
        var (one, next, stranger) = (new SigningKey("one"), new SigningKey("next"), new SigningKey("one"));
        using var curve = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await using var host = await ApiHost.StartAsync(settings: new(StringComparer.Ordinal)
        {
            ["Jwt:PublicKeys"] = $"{one.Pem}\n{next.Pem}\n{curve.ExportSubjectPublicKeyInfoPem()}\n",
            ["Jwt:Issuer"] = _issuer.Address,
            ["Jwt:Audience"] = Issuer.Audience,
        });

        foreach (var token in new[]
        {
            one.Sign(_issuer.Claims()), next.SignPss(_issuer.Claims()),
            Jws.Make(new() { ["alg"] = "ES256" }, _issuer.Claims(), text => curve.SignData(text, HashAlgorithmName.SHA256)),
        })
        {
            using var client = host.CreateClient(token);
            await client.GetAsync(TasksUrl).ShouldBeAsync(HttpStatusCode.OK);
        }

        using var refused = host.CreateClient(stranger.Sign(_issuer.Claims()));
        await refused.GetAsync(TasksUrl).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "auth.required");
    }

    [Fact]
    public async Task Without_an_issuer_in_the_configuration_no_JWT_is_accepted()
    {
        await using var host = await ApiHost.StartAsync();
        using var client = host.CreateClient(_issuer.Token());

        await client.GetAsync(TasksUrl).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "auth.required");
    }

    [Fact]
    public async Task A_stream_ends_when_the_token_does()
    {
        var clock = new ShiftedClock();
        await using var host = await ApiHost.StartAsync(
            settings: Settings(("Events:StreamHeartbeatSeconds", "1")), configure: services => services.AddSingleton<TimeProvider>(clock));
        using var client = host.CreateClient(_issuer.Token(scope: "events:read tasks:write", life: TimeSpan.FromMinutes(10)));
        await using var stream = await EventStreamClient.OpenAsync(client);
        await client.CreateTaskAsync();
        Assert.NotNull(await stream.TryNextAsync());

        clock.Shift = TimeSpan.FromMinutes(11);

        Assert.Null(await stream.TryNextAsync());
        await client.GetAsync("/api/v1/events").ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "auth.required");
    }

    [Fact]
    public async Task Nothing_of_a_token_is_logged()
    {
        const string Canary = "canary";
        var log = new LinesOfLog();
        string[] levels = ["Default", "Microsoft.AspNetCore", "Microsoft.EntityFrameworkCore", "TaskManagement", "System"];
        await using var host = await ApiHost.StartAsync(
            settings: Settings([.. levels.Select(name => ($"Logging:LogLevel:{name}", "Trace"))]), configure: services => services.RemoveAll<ILoggerProvider>().AddSingleton<ILoggerProvider>(log));
        string[] faults = ["issuer", "audience", "expired", "no end", "not yet", "no algorithm", "secret", "unknown key", "changed", "nonsense"];
        string[] tokens =
        [
            _issuer.Token(subject: "canary-good"), .. faults.Select(fault => With(fault, "canary-subject")),
            _issuer.Key.Sign(_issuer.Claims(), "canary-kid"), _issuer.Token(claims => claims["iss"] = "canary-issuer"), _issuer.Token(claims => claims["aud"] = "canary-audience"),
            "canary.canary.canary", _issuer.Token(claims => claims["exp"] = "canary-end"),
        ];

        foreach (var token in tokens)
        {
            using var client = host.CreateClient(token);
            using var answer = await client.GetAsync(TasksUrl);
            Assert.DoesNotContain(Canary, await answer.Content.ReadAsStringAsync(), StringComparison.OrdinalIgnoreCase);
        }

        Assert.Contains(log.Lines, line => line.Contains("A JWT was refused", StringComparison.Ordinal));
        string[] secrets = [Canary, .. tokens.SelectMany(token => token.Split('.')).Where(part => part.Length > 8)];
        Assert.DoesNotContain(log.Lines, line => secrets.Any(secret => line.Contains(secret, StringComparison.OrdinalIgnoreCase)));
    }

    private static long Seconds(int fromNow) => TimeProvider.System.GetUtcNow().AddSeconds(fromNow).ToUnixTimeSeconds();

    private static async Task<string> CreatedByAsync(ApiHost host, string token)
    {
        using var client = host.CreateClient(token);
        return (await client.CreateTaskAsync()).Text("createdBy");
    }

    private Dictionary<string, string?> Settings(params (string Name, string Value)[] more)
    {
        var settings = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Jwt:Authority"] = _issuer.Address,
            ["Jwt:Issuer"] = _issuer.Address,
            ["Jwt:Audience"] = Issuer.Audience,
        };
        foreach (var (name, value) in more)
            settings[name] = value;
        return settings;
    }

    private Task<ApiHost> StartAsync(params (string Name, string Value)[] more) => ApiHost.StartAsync(settings: Settings(more));

    /// <summary>A token with a fault.</summary>
    private string With(string fault, string subject = "ann")
    {
        var claims = _issuer.Claims(subject);
        var (key, kid) = (_issuer.Key, _issuer.Key.Id);
        switch (fault)
        {
            case "issuer":
                claims["iss"] = "https://issuer.example";
                break;
            case "no issuer":
                claims.Remove("iss");
                break;
            case "audience":
                claims["aud"] = "another";
                break;
            case "no audience":
                claims.Remove("aud");
                break;
            case "expired":
                claims["exp"] = Seconds(-35);
                break;
            case "no end":
                claims.Remove("exp");
                break;
            case "not yet":
                claims["nbf"] = Seconds(120);
                break;
            case "no subject":
                claims.Remove("sub");
                break;
            case "empty subject":
                claims["sub"] = "";
                break;
            case "two subjects":
                claims["sub"] = new JsonArray("ann", "ben");
                break;
            case "no algorithm":
                return Jws.Make(new() { ["alg"] = "none" }, claims, _ => []);
            case "secret":
                return Hmac(Encoding.UTF8.GetBytes(key.Pem));
            case "secret of the modulus":
                return Hmac(System.Buffers.Text.Base64Url.DecodeFromChars(key.ToJwk().Text("n")));
            case "unknown key":
                return new SigningKey("unknown").Sign(claims);
            case "another key under a known name":
                return new SigningKey(kid).Sign(claims);
            case "no name of a key":
                return key.SignPss(claims);
            case "changed":
                return Changed(key.Sign(claims));
            case "no signature":
                return key.Sign(claims)[..key.Sign(claims).LastIndexOf('.')] + ".";
            case "nonsense":
                return "a.b.c";
            default:
                throw new ArgumentOutOfRangeException(nameof(fault), fault, null);
        }

        return key.Sign(claims);

        string Hmac(byte[] secret) => Jws.Make(new() { ["alg"] = "HS256", ["kid"] = kid }, claims, text => HMACSHA256.HashData(secret, text));

        string Changed(string token)
        {
            claims["scope"] = "admin";
            return string.Join('.', token.Split('.')[0], key.Sign(claims).Split('.')[1], token.Split('.')[2]);
        }
    }

    /// <summary>The machine's clock, with the time of day moved.</summary>
    private sealed class ShiftedClock : TimeProvider
    {
        public TimeSpan Shift { get; set; }

        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Shift;
    }
}
