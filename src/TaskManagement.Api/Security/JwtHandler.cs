using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using TaskManagement.Application.Common;
using TaskManagement.Application.Identity;
using TaskManagement.Domain.Identity;

namespace TaskManagement.Api.Security;

/// <summary>
/// Authenticates <c>Authorization: Bearer …</c> with a JWT (RFC 7519) of the issuer that the configuration names. The framework's handler examines
/// it and is given nothing to log with, since what it says of a token that it refuses may hold parts of it.
/// </summary>
internal sealed partial class JwtHandler(
    IOptionsMonitor<JwtBearerOptions> options, UrlEncoder encoder, IOptions<JwtOptions> settings, ILogger<JwtHandler> logger)
    : JwtBearerHandler(options, NullLoggerFactory.Instance, encoder)
{
    public const string SchemeName = "Jwt";

    private const string Subject = "sub";

    // What OpenID Connect allows.
    private const int MaxSubjectLength = 255;

    /// <summary>The scheme that a request is to be authenticated by instead: this one, if it comes with a JWT, and none else.</summary>
    public static string? SchemeOf(HttpContext http) =>
        http.Request.Headers.Authorization.ToString().AsSpan().Count('.') == 2 && http.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is null
            ? SchemeName
            : null;

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        await EnsureKeysAsync();
        var result = await base.HandleAuthenticateAsync();
        if (result is not { Succeeded: true, Properties.ExpiresUtc: { } expiresAt } || CallerIn(result.Principal) is not { } caller)
        {
            Refused(result.Failure?.GetType().Name ?? "its claims are not those of a caller");
            return AuthenticateResult.Fail("The token is not valid.");
        }

        Context.Features.Set(new JwtAdmission(expiresAt + Jwt.ClockSkew));
        return BearerTokenHandler.Admit(Context, caller, SchemeName);
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties) => BearerTokenHandler.Challenge(Context);

    /// <summary>The same person whenever he comes, whatever he is called meanwhile: issuer and subject together are what OpenID Connect tells people apart by.</summary>
    private Caller? CallerIn(ClaimsPrincipal claims)
    {
        if (claims.FindAll(Subject).ToList() is not [{ Value: { Length: > 0 and <= MaxSubjectLength } subject }])
            return null;
        var scopes = claims.FindAll(settings.Value.ScopeClaim).Aggregate(Scopes.None, (sum, claim) => sum | ScopeWords.ParseAll(claim.Value));
        return new(new($"user:{NamedIds.Of("jwt", $"{settings.Value.Issuer}\n{subject}")}"), scopes);
    }

    /// <summary>Has the issuer's keys fetched if there are none yet. That they can't be is no fault of the token.</summary>
    private async Task EnsureKeysAsync()
    {
        if (Options.ConfigurationManager is not { } issuer)
            return;
        try
        {
            await issuer.GetConfigurationAsync(Context.RequestAborted);
        }
        catch (InvalidOperationException exception)
        {
            Unavailable(exception.GetBaseException().Message);
            throw new IssuerUnavailableException();
        }
    }

    [LoggerMessage(1, LogLevel.Debug, "A JWT was refused: {Reason}")]
    private partial void Refused(string reason);

    [LoggerMessage(2, LogLevel.Warning, "The keys of the issuer of JWTs can't be fetched: {Cause}")]
    private partial void Unavailable(string cause);
}

/// <summary>That a request was let in with a JWT.</summary>
/// <param name="Until">Until when the token is accepted.</param>
internal sealed record JwtAdmission(DateTimeOffset Until);

/// <summary>The keys of the issuer of JWTs can't be fetched.</summary>
internal sealed class IssuerUnavailableException() : Exception("The issuer of this token can't be reached, so it can't be examined. Try again later.");
