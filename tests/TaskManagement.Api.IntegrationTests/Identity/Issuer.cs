using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace TaskManagement.Api.IntegrationTests.Identity;

/// <summary>An issuer of JWTs on this machine, which publishes its keys as OpenID Connect Discovery says.</summary>
internal sealed class Issuer : IAsyncDisposable
{
    public const string Audience = "taskmanagement-tests";

    private readonly WebApplication _web;
    private readonly List<SigningKey> _published = [];

    private Issuer()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _web = builder.Build();
        _web.MapGet("/.well-known/openid-configuration", () => Answer(new JsonObject { ["issuer"] = Address, ["jwks_uri"] = $"{Address}/keys" }));
        _web.MapGet("/keys", () => Answer(new JsonObject { ["keys"] = new JsonArray([.. _published.Select(key => key.ToJwk())]) }));
        Rotate();
    }

    /// <summary>How often something was asked of it.</summary>
    public int Asked { get; private set; }

    /// <summary>Whether it answers.</summary>
    public bool IsDown { get; set; }

    /// <summary>The key that tokens are signed with.</summary>
    public SigningKey Key => _published[^1];

    public string Address => _web.Urls.Single();

    public static async Task<Issuer> StartAsync()
    {
        var issuer = new Issuer();
        await issuer._web.StartAsync();
        return issuer;
    }

    /// <summary>Signs with another key from now on, and publishes that one alone.</summary>
    public void Rotate()
    {
        _published.Clear();
        _published.Add(new(Guid.CreateVersion7().ToString("N")));
    }

    /// <summary>What a good token says.</summary>
    public JsonObject Claims(string subject = "ann", string scope = "tasks:write", TimeSpan? life = null)
    {
        var now = TimeProvider.System.GetUtcNow();
        return new()
        {
            ["iss"] = Address,
            ["aud"] = Audience,
            ["sub"] = subject,
            ["scope"] = scope,
            ["nbf"] = now.ToUnixTimeSeconds(),
            ["exp"] = (now + (life ?? TimeSpan.FromMinutes(10))).ToUnixTimeSeconds(),
        };
    }

    /// <summary>A good token, unless something is changed about it.</summary>
    public string Token(Action<JsonObject>? change = null, string subject = "ann", string scope = "tasks:write", TimeSpan? life = null)
    {
        var claims = Claims(subject, scope, life);
        change?.Invoke(claims);
        return Key.Sign(claims);
    }

    public async ValueTask DisposeAsync() => await _web.DisposeAsync();

    private IResult Answer(JsonObject document)
    {
        Asked++;
        return IsDown ? Results.StatusCode(StatusCodes.Status503ServiceUnavailable) : Results.Text(document.ToJsonString(), "application/json");
    }
}

/// <summary>A key that tokens are signed with.</summary>
/// <param name="id">Its name.</param>
internal sealed class SigningKey(string id)
{
    private readonly RSA _rsa = RSA.Create(2048);

    public string Id => id;

    public string Pem => _rsa.ExportSubjectPublicKeyInfoPem();

    public JsonObject ToJwk()
    {
        var key = _rsa.ExportParameters(includePrivateParameters: false);
        return new()
        {
            ["kty"] = "RSA",
            ["use"] = "sig",
            ["kid"] = id,
            ["n"] = Base64Url.EncodeToString(key.Modulus),
            ["e"] = Base64Url.EncodeToString(key.Exponent),
        };
    }

    public string Sign(JsonObject claims, string? kid = null) => Jws.Make(
        new() { ["alg"] = "RS256", ["kid"] = kid ?? id }, claims, text => _rsa.SignData(text, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));

    public string SignPss(JsonObject claims) =>
        Jws.Make(new() { ["alg"] = "PS256" }, claims, text => _rsa.SignData(text, HashAlgorithmName.SHA256, RSASignaturePadding.Pss));
}

/// <summary>A signed text (RFC 7515), well made or not.</summary>
internal static class Jws
{
    public static string Make(JsonObject header, JsonObject claims, Func<byte[], byte[]> sign)
    {
        var text = $"{Part(header)}.{Part(claims)}";
        return $"{text}.{Base64Url.EncodeToString(sign(Encoding.ASCII.GetBytes(text)))}";
    }

    private static string Part(JsonObject json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json.ToJsonString()));
}
