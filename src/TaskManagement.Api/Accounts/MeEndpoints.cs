using MediatR;
using Microsoft.AspNetCore.Mvc;
using TaskManagement.Api.Http;
using TaskManagement.Api.OpenApi;
using TaskManagement.Application.Accounts;
using TaskManagement.Application.Common.Paging;
using TaskManagement.Application.Identity;
using TaskManagement.Domain.Identity;

namespace TaskManagement.Api.Accounts;

/// <summary>One's own account over HTTP.</summary>
internal sealed class MeEndpoints : IEndpointGroup
{
    public void Map(RouteGroupBuilder api)
    {
        var me = api.MapGroup("/me").WithTags("Me");
        me.MapGet("", GetMe).Answers<AccountDto>();
        me.MapPatch("", ChangeMe).Steers<AccountDto>();
        me.MapDelete("", DeleteMe).Does();
        me.MapGet("/export", ExportMe).Answers<MyDataDto>();
        me.MapPost("/password", ChangePassword).Does();
        me.MapPost("/totp", SetUpTotp).Steers<TotpKeyDto>();
        me.MapPost("/totp/confirmation", EnableTotp).Steers<RecoveryCodesDto>();
        me.MapDelete("/totp", DisableTotp).Does();
        me.MapGet("/sessions", ListMySessions).ReadsPage<SessionDto>();
        me.MapDelete("/sessions/{id}", EndSession).Ends();
    }

    /// <summary>Reads one's own account</summary>
    public static async Task<IResult> GetMe(ISender sender, CancellationToken cancellationToken) =>
        TypedResults.Ok(await sender.Send(new GetMe(), cancellationToken));

    /// <summary>Changes one's own account</summary>
    /// <remarks>A JSON Merge Patch (RFC 7396). Another address is in force when it is confirmed, by the code that is mailed to it.</remarks>
    public static async Task<IResult> ChangeMe(JsonBody<MePatch, AccountDto> body, ISender sender, CancellationToken cancellationToken) =>
        TypedResults.Ok((await sender.Send(new ChangeMe(body.Value), cancellationToken)).Value);

    /// <summary>Deletes one's own account</summary>
    /// <remarks>What is personal is erased, sessions and tokens end. What one did stays, under the id.</remarks>
    public static async Task<IResult> DeleteMe(
        JsonBody<DeleteMe, AccountDto> body, ISender sender, IAccessTokens tokens, CancellationToken cancellationToken)
    {
        tokens.ForgetAll(await sender.Send(body.Value, cancellationToken));
        return TypedResults.NoContent();
    }

    /// <summary>Exports what is known of oneself</summary>
    /// <remarks>The account, its sessions and tokens, and the ids of the tasks that one created or is to do.</remarks>
    public static async Task<IResult> ExportMe(ISender sender, CancellationToken cancellationToken) =>
        TypedResults.Ok(await sender.Send(new ExportMe(), cancellationToken));

    /// <summary>Changes one's own password</summary>
    /// <remarks>It ends all sessions, this one included.</remarks>
    public static async Task<IResult> ChangePassword(
        JsonBody<ChangePassword, NoMembers> body, ISender sender, IAccessTokens tokens, CancellationToken cancellationToken)
    {
        tokens.ForgetAll(await sender.Send(body.Value, cancellationToken));
        return TypedResults.NoContent();
    }

    /// <summary>Makes a key for one-time passwords</summary>
    /// <remarks>It is shown this once. One-time passwords are asked for when the first one is confirmed.</remarks>
    public static async Task<IResult> SetUpTotp(JsonBody<NoMembers, TotpKeyDto> body, HttpResponse response, ISender sender, CancellationToken cancellationToken)
    {
        var key = (await sender.Send(new SetUpTotp(), cancellationToken)).Value;
        response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(key);
    }

    /// <summary>Asks for one-time passwords from now on</summary>
    /// <remarks>The answer has codes that stand in for a lost device, each once. They are shown this once.</remarks>
    public static async Task<IResult> EnableTotp(
        JsonBody<EnableTotp, RecoveryCodesDto> body, HttpResponse response, ISender sender, CancellationToken cancellationToken)
    {
        var codes = (await sender.Send(body.Value, cancellationToken)).Value;
        response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(codes);
    }

    /// <summary>Asks for no one-time passwords any more</summary>
    public static async Task<IResult> DisableTotp(JsonBody<DisableTotp, NoMembers> body, ISender sender, CancellationToken cancellationToken)
    {
        await sender.Send(body.Value, cancellationToken);
        return TypedResults.NoContent();
    }

    /// <summary>Lists one's own sessions</summary>
    /// <remarks>Those that go on, the oldest first.</remarks>
    public static async Task<IResult> ListMySessions(
        ISender sender,
        CancellationToken cancellationToken,
        [FromQuery(Name = "limit")] int? limit = null,
        [FromQuery(Name = "cursor")] string? cursor = null) =>
        new PageOf<SessionDto>(await sender.Send(new ListMySessions(limit ?? PageLimits.Default, cursor), cancellationToken));

    /// <summary>Ends one of one's own sessions</summary>
    public static async Task<IResult> EndSession(SessionId id, ISender sender, IAccessTokens tokens, CancellationToken cancellationToken)
    {
        await sender.Send(new EndSession(id), cancellationToken);
        tokens.Forget(id);
        return TypedResults.NoContent();
    }
}
