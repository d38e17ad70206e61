using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;
using TaskManagement.Application.Identity;

namespace TaskManagement.Api.Security;

/// <summary>Authenticates <c>Authorization: Bearer …</c> (RFC 6750).</summary>
internal sealed class BearerTokenHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, IAccessTokens tokens)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "Bearer";
    public const string ActorClaim = "actor";

    private const string Prefix = "Bearer ";
    private const int MaxTokenLength = 4096;

    /// <summary>The token of a request that has one.</summary>
    public static string TokenOf(HttpRequest request) => request.Headers.Authorization.ToString()[Prefix.Length..].Trim();

    /// <summary>Lets a request in, and says who calls.</summary>
    public static AuthenticateResult Admit(HttpContext http, Caller caller, string scheme)
    {
        http.Features.Set(caller);
        var identity = new ClaimsIdentity([new(ActorClaim, caller.Actor.Value)], scheme, ActorClaim, roleType: null);
        return AuthenticateResult.Success(new(new(identity), scheme));
    }

    /// <summary>Asks for a token. The body is written where all others are: by the status code pages.</summary>
    public static Task Challenge(HttpContext http)
    {
        http.Response.StatusCode = StatusCodes.Status401Unauthorized;
        http.Response.Headers.WWWAuthenticate = http.Request.Headers.Authorization.Count > 0 ? "Bearer error=\"invalid_token\"" : "Bearer";
        return Task.CompletedTask;
    }

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization.ToString();
        // Where everyone is let in, no one is asked for: whether the process lives is answered without the database.
        if (header.Length == 0 || Context.GetEndpoint()?.Metadata is { } endpoint
            && endpoint.GetMetadata<IAllowAnonymous>() is not null && endpoint.GetMetadata<AsksWhoCalls>() is null)
            return AuthenticateResult.NoResult();
        if (!header.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) || header.Length > Prefix.Length + MaxTokenLength)
            return AuthenticateResult.Fail("The Authorization header holds no bearer token.");
        if (await tokens.AuthenticateAsync(TokenOf(Request), Context.RequestAborted) is not { } caller)
            return AuthenticateResult.Fail("The token is unknown.");
        return Admit(Context, caller, SchemeName);
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties) => Challenge(Context);
}
