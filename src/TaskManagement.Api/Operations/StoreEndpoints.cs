using MediatR;
using TaskManagement.Api.Http;
using TaskManagement.Api.OpenApi;
using TaskManagement.Application.Operations;

namespace TaskManagement.Api.Operations;

/// <summary>The event log as a whole over HTTP.</summary>
internal sealed class StoreEndpoints : IEndpointGroup
{
    public void Map(RouteGroupBuilder api) => api.MapOperations("/health").MapGet("", GetStoreHealth).Answers<StoreHealthDto>();

    /// <summary>Reads how the event log and the delivery from it are</summary>
    public static async Task<IResult> GetStoreHealth(ISender sender, CancellationToken cancellationToken) =>
        TypedResults.Ok(await sender.Send(new GetStoreHealth(), cancellationToken));
}
