using MediatR;
using Microsoft.AspNetCore.Mvc;
using TaskManagement.Api.Http;
using TaskManagement.Api.OpenApi;
using TaskManagement.Application.Common.Paging;
using TaskManagement.Application.Identity;
using TaskManagement.Domain.Identity;

namespace TaskManagement.Api.Identity;

/// <summary>The tokens over HTTP.</summary>
internal sealed class TokenEndpoints : IEndpointGroup
{
    public void Map(RouteGroupBuilder api)
    {
        var tokens = api.MapGroup("/tokens").WithTags("Tokens");
        tokens.MapPost("", IssueToken).Creates<AccessTokenDto>();
        tokens.MapGet("", ListTokens).ReadsPage<AccessTokenDto>();
        tokens.MapDelete("/{id}", RevokeToken).Ends();
    }

    /// <summary>Issues a token</summary>
    /// <remarks>It is shown this once; only its hash is kept. An answer that is given again for the same Idempotency-Key is without it.</remarks>
    public static async Task<IResult> IssueToken(
        JsonBody<IssueToken, AccessTokenDto> body, HttpResponse response, ISender sender, CancellationToken cancellationToken)
    {
        var token = (await sender.Send(body.Value, cancellationToken)).Value;
        response.Headers.CacheControl = "no-store";
        return TypedResults.Created((string?)null, token);
    }

    /// <summary>Lists tokens</summary>
    /// <remarks>Those that are not revoked, expired ones included, the oldest first.</remarks>
    public static async Task<IResult> ListTokens(
        ISender sender,
        CancellationToken cancellationToken,
        [FromQuery(Name = "limit")] int? limit = null,
        [FromQuery(Name = "cursor")] string? cursor = null) =>
        new PageOf<AccessTokenDto>(await sender.Send(new ListTokens(limit ?? PageLimits.Default, cursor), cancellationToken));

    /// <summary>Revokes a token</summary>
    /// <remarks>For good. This node refuses it from now on, others within five seconds.</remarks>
    public static async Task<IResult> RevokeToken(TokenId id, ISender sender, IAccessTokens tokens, CancellationToken cancellationToken)
    {
        await sender.Send(new RevokeToken(id), cancellationToken);
        tokens.Forget(id);
        return TypedResults.NoContent();
    }
}
