using MediatR;
using TaskManagement.Api.Http;
using TaskManagement.Api.OpenApi;
using TaskManagement.Api.Security;
using TaskManagement.Application.Accounts;
using TaskManagement.Application.Common;
using TaskManagement.Application.Identity;

namespace TaskManagement.Api.Accounts;

/// <summary>Signing in and out over HTTP.</summary>
internal sealed class SessionEndpoints : IEndpointGroup
{
    public void Map(RouteGroupBuilder api)
    {
        var sessions = api.MapGroup("/sessions").WithTags("Sessions");
        sessions.MapPost("", SignIn).Admits<SessionTokensDto>(StatusCodes.Status201Created).LetsInAnyone();
        sessions.MapPost("/refresh", RefreshSession).Admits<SessionTokensDto>().LetsInAnyone();
        sessions.MapDelete("/current", SignOut).Ends();
    }

    /// <summary>Signs in</summary>
    /// <remarks>The access token is the bearer token of calls for 15 minutes. Whatever is wrong, the answer is the same.</remarks>
    public static async Task<IResult> SignIn(
        JsonBody<SignIn, SessionTokensDto> body, HttpResponse response, ISender sender, CancellationToken cancellationToken)
    {
        var session = await sender.Send(body.Value, cancellationToken);
        response.Headers.CacheControl = "no-store";
        return TypedResults.Created((string?)null, session);
    }

    /// <summary>Continues a session</summary>
    /// <remarks>With new tokens: those before are void. A refresh token that comes a second time ends the session.</remarks>
    public static async Task<IResult> RefreshSession(
        JsonBody<RefreshSession, SessionTokensDto> body, HttpResponse response, ISender sender, IAccessTokens tokens, CancellationToken cancellationToken)
    {
        var session = (await sender.Send(body.Value, cancellationToken)).Value;
        tokens.Forget(session.Id);
        response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(session.Tokens ?? throw new AuthenticationFailedException());
    }

    /// <summary>Signs out</summary>
    public static async Task<IResult> SignOut(ISender sender, IAccessTokens tokens, CancellationToken cancellationToken)
    {
        tokens.Forget((await sender.Send(new SignOut(), cancellationToken)).Value);
        return TypedResults.NoContent();
    }
}
