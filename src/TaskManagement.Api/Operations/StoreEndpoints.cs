using MediatR;
using TaskManagement.Api.Http;
using TaskManagement.Api.OpenApi;
using TaskManagement.Application.Operations;

namespace TaskManagement.Api.Operations;

/// <summary>The event log as a whole over HTTP.</summary>
internal sealed class StoreEndpoints : IEndpointGroup
{
    public void Map(RouteGroupBuilder api)
    {
        api.MapOperations("/health").MapGet("", GetStoreHealth).Answers<StoreHealthDto>();
        api.MapOperations("/verify").MapPost("", VerifyStore).Steers<VerificationDto>();
    }

    /// <summary>Reads how the event log and the delivery from it are</summary>
    public static async Task<IResult> GetStoreHealth(ISender sender, CancellationToken cancellationToken) =>
        TypedResults.Ok(await sender.Send(new GetStoreHealth(), cancellationToken));

    /// <summary>Compares the tables with the log</summary>
    /// <remarks>
    /// Every task, every project and every projection is rebuilt from the log and compared with what is stored, as both were at one moment; nothing is
    /// written. The answer is 200 whether or not they differ: see consistent. It comes when all is read, which takes its time in a long log; who
    /// closes the request ends it. One at a time runs on a node: a second is refused with 409 and verify.running.
    /// </remarks>
    public static async Task<IResult> VerifyStore(
        JsonBody<NoMembers, VerificationDto> body, ISender sender, CancellationToken cancellationToken) =>
        TypedResults.Ok(await sender.Send(new VerifyStore(), cancellationToken));
}
