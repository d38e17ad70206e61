using MediatR;
using Microsoft.AspNetCore.Mvc;
using TaskManagement.Api.Http;
using TaskManagement.Api.OpenApi;
using TaskManagement.Api.Security;
using TaskManagement.Application.Accounts;
using TaskManagement.Application.Common.Paging;
using TaskManagement.Application.Identity;
using TaskManagement.Domain.Tasks;

namespace TaskManagement.Api.Accounts;

/// <summary>The accounts over HTTP.</summary>
internal sealed class AccountEndpoints : IEndpointGroup
{
    public void Map(RouteGroupBuilder api)
    {
        var accounts = api.MapGroup("/accounts").WithTags("Accounts");
        accounts.MapPost("", RegisterAccount).Accepts().Creates<AccountDto>().LetsInAnyone().WithMetadata(new AsksWhoCalls());
        accounts.MapGet("", ListAccounts).ReadsPage<AccountDto>();
        accounts.MapGet("/{id}", GetAccount).Answers<AccountDto>();
        accounts.MapPatch("/{id}", ChangeAccount).Steers<AccountDto>();
        accounts.MapPost("/invitations", InviteAccount).Creates<InvitationDto>();
        accounts.MapPost("/confirmation", ConfirmEmail).Does().LetsInAnyone();
        accounts.MapPost("/confirmation/mail", RequestConfirmation).Accepts().LetsInAnyone();
        accounts.MapPost("/password-reset", RequestPasswordReset).Accepts().LetsInAnyone();
        accounts.MapPost("/password-reset/confirmation", ResetPassword).Does().LetsInAnyone();
    }

    /// <summary>Registers an account</summary>
    /// <remarks>
    /// The answer is 202 whether or not the address has an account already; a mail says how to go on. With an administrator's token it is 201, and the account can be
    /// used at once.
    /// </remarks>
    public static async Task<IResult> RegisterAccount(JsonBody<RegisterAccount, AccountDto> body, ISender sender, CancellationToken cancellationToken) =>
        await sender.Send(body.Value, cancellationToken) is { } account
            ? TypedResults.Created($"/api/v1/accounts/{account.Id}", account)
            : AcceptedDto.Result;

    /// <summary>Lists accounts</summary>
    /// <remarks>The oldest first.</remarks>
    public static async Task<IResult> ListAccounts(
        ISender sender,
        CancellationToken cancellationToken,
        [FromQuery(Name = "limit")] int? limit = null,
        [FromQuery(Name = "cursor")] string? cursor = null) =>
        new PageOf<AccountDto>(await sender.Send(new ListAccounts(limit ?? PageLimits.Default, cursor), cancellationToken));

    /// <summary>Reads an account</summary>
    public static async Task<IResult> GetAccount(UserId id, ISender sender, CancellationToken cancellationToken) =>
        TypedResults.Ok(await sender.Send(new GetAccount(id), cancellationToken));

    /// <summary>Changes an account</summary>
    /// <remarks>A JSON Merge Patch (RFC 7396). Disabling it ends its sessions and tokens.</remarks>
    public static async Task<IResult> ChangeAccount(
        UserId id, JsonBody<AccountPatch, AccountDto> body, ISender sender, IAccessTokens tokens, CancellationToken cancellationToken)
    {
        var account = (await sender.Send(new ChangeAccount(id, body.Value), cancellationToken)).Value;
        tokens.ForgetAll(id);
        return TypedResults.Ok(account);
    }

    /// <summary>Invites someone to register</summary>
    /// <remarks>A code goes to the address by mail, and is good for seven days, once.</remarks>
    public static async Task<IResult> InviteAccount(JsonBody<InviteAccount, InvitationDto> body, ISender sender, CancellationToken cancellationToken) =>
        TypedResults.Created((string?)null, (await sender.Send(body.Value, cancellationToken)).Value);

    /// <summary>Confirms an address</summary>
    /// <remarks>By the code that was mailed to it.</remarks>
    public static async Task<IResult> ConfirmEmail(JsonBody<ConfirmEmail, NoMembers> body, ISender sender, CancellationToken cancellationToken)
    {
        await sender.Send(body.Value, cancellationToken);
        return TypedResults.NoContent();
    }

    /// <summary>Asks for another code that confirms an address</summary>
    /// <remarks>The answer is the same whether or not the address has an account.</remarks>
    public static async Task<IResult> RequestConfirmation(JsonBody<RequestConfirmation, NoMembers> body, ISender sender, CancellationToken cancellationToken)
    {
        await sender.Send(body.Value, cancellationToken);
        return AcceptedDto.Result;
    }

    /// <summary>Asks for a code that sets a new password</summary>
    /// <remarks>The answer is the same whether or not the address has an account.</remarks>
    public static async Task<IResult> RequestPasswordReset(JsonBody<RequestPasswordReset, NoMembers> body, ISender sender, CancellationToken cancellationToken)
    {
        await sender.Send(body.Value, cancellationToken);
        return AcceptedDto.Result;
    }

    /// <summary>Sets a new password</summary>
    /// <remarks>By the code that was mailed. It ends all sessions.</remarks>
    public static async Task<IResult> ResetPassword(
        JsonBody<ResetPassword, NoMembers> body, ISender sender, IAccessTokens tokens, CancellationToken cancellationToken)
    {
        tokens.ForgetAll(await sender.Send(body.Value, cancellationToken));
        return TypedResults.NoContent();
    }
}

/// <summary>What everyone is told who asks for a mail.</summary>
/// <param name="Message">A sentence for people.</param>
internal sealed record AcceptedDto(string Message)
{
    /// <summary>The same whatever is done.</summary>
    public static IResult Result => TypedResults.Accepted((string?)null, new AcceptedDto("Look into your mail for how to go on."));
}
