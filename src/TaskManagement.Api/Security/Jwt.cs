using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;
using TaskManagement.Infrastructure;

namespace TaskManagement.Api.Security;

/// <summary>Accepts the JWTs of one external issuer, if the configuration names one, beside the service's own tokens.</summary>
internal static class Jwt
{
    /// <summary>By how much the clocks of the issuer and of the service may differ.</summary>
    public static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>How often at most tokens with unknown keys have the issuer asked for its keys.</summary>
    private static readonly TimeSpan BetweenRefreshes = TimeSpan.FromSeconds(30);

    // Signatures that only the issuer can make: with a shared secret, whoever can examine a token could make one too.
    private static readonly string[] Algorithms =
    [
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512,
        SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512,
        SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
    ];

    public static AuthenticationBuilder AddJwt(this AuthenticationBuilder builder, IConfiguration configuration)
    {
        // Who comes with the first token of a new key waits for the key, instead of being refused while it is fetched.
        AppContext.SetSwitch("Switch.Microsoft.IdentityModel.UpdateConfigAsBlocking", true);
        builder.Services.AddSettings<JwtOptions>(configuration, JwtOptions.Section);
        builder.Services.AddOptions<JwtBearerOptions>(JwtHandler.SchemeName).Configure<IOptions<JwtOptions>, TimeProvider>(
            (bearer, settings, clock) => Configure(bearer, settings.Value, clock));
        builder.Services.AddOptions<AuthenticationSchemeOptions>(BearerTokenHandler.SchemeName).Configure<IOptions<JwtOptions>>(
            (bearer, settings) => bearer.ForwardDefaultSelector = settings.Value.IsEnabled ? JwtHandler.SchemeOf : null);
        return builder.AddScheme<JwtBearerOptions, JwtHandler>(JwtHandler.SchemeName, null);
    }

    private static void Configure(JwtBearerOptions bearer, JwtOptions settings, TimeProvider clock)
    {
        bearer.MapInboundClaims = false;
        bearer.SaveToken = false;
        var rules = bearer.TokenValidationParameters;
        rules.ValidAlgorithms = Algorithms;
        rules.ValidAudience = settings.Audience;
        // What the issuer says of itself is not taken for an answer.
        rules.IssuerValidator = (issuer, _, _) => string.Equals(issuer, settings.Issuer, StringComparison.Ordinal) ? issuer : throw new SecurityTokenInvalidIssuerException();
        rules.LifetimeValidator = (notBefore, expires, _, _) => IsAlive(notBefore, expires, clock.GetUtcNow().UtcDateTime);
        if (settings.Metadata is { } metadata && !string.IsNullOrEmpty(settings.Authority))
        {
            // An issuer that publishes several keys says by which one a token is signed.
            rules.TryAllIssuerSigningKeys = false;
            bearer.ConfigurationManager = KeysOf(metadata);
        }
        else
        {
            rules.IssuerSigningKeys = settings.Keys();
        }
    }

    private static bool IsAlive(DateTime? notBefore, DateTime? expires, DateTime now) =>
        expires is not null && now < expires + ClockSkew && (notBefore is null || now >= notBefore - ClockSkew);

    private static ConfigurationManager<OpenIdConnectConfiguration> KeysOf(Uri metadata)
    {
        var http = new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
        {
            Timeout = Patience,
            MaxResponseContentBufferSize = 1024 * 1024,
        };
        var documents = new HttpDocumentRetriever(http) { RequireHttps = metadata.Scheme == Uri.UriSchemeHttps };
        return new(metadata.AbsoluteUri, new OpenIdConnectConfigurationRetriever(), documents)
        {
            RefreshInterval = BetweenRefreshes,
            // A key that the issuer has withdrawn is not accepted for another hour.
            UseLastKnownGoodConfiguration = false,
        };
    }
}
