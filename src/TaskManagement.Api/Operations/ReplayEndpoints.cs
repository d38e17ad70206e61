using MediatR;
using TaskManagement.Api.Http;
using TaskManagement.Api.OpenApi;
using TaskManagement.Application.Operations;

namespace TaskManagement.Api.Operations;

/// <summary>The replays over HTTP.</summary>
internal sealed class ReplayEndpoints : IEndpointGroup
{
    public void Map(RouteGroupBuilder api)
    {
        var replays = api.MapOperations("/replays");
        replays.MapGet("", ListReplays).ReadsPage<ReplayDto>();
        replays.MapGet("/{id}", GetReplay).Answers<ReplayDto>();
        replays.MapPost("/{id}/cancel", CancelReplay).Steers<ReplayDto>();
    }

    /// <summary>Lists the replays</summary>
    /// <remarks>All of them on one page, the latest first.</remarks>
    public static async Task<IResult> ListReplays(ISender sender, CancellationToken cancellationToken) =>
        new PageOf<ReplayDto>(await sender.Send(new ListReplays(), cancellationToken));

    /// <summary>Reads how a replay stands</summary>
    public static async Task<IResult> GetReplay(long id, ISender sender, CancellationToken cancellationToken) =>
        TypedResults.Ok(await sender.Send(new GetReplay(id), cancellationToken));

    /// <summary>Ends a replay</summary>
    /// <remarks>What it has delivered stays delivered. One that is through is left as it is.</remarks>
    public static async Task<IResult> CancelReplay(
        long id, JsonBody<NoMembers, ReplayDto> body, ISender sender, CancellationToken cancellationToken) =>
        TypedResults.Ok((await sender.Send(new CancelReplay(id), cancellationToken)).Value);
}
