using MediatR;
using Microsoft.AspNetCore.Mvc;
using TaskManagement.Api.Http;
using TaskManagement.Api.OpenApi;
using TaskManagement.Application.Alerts;
using TaskManagement.Application.Common.Paging;

namespace TaskManagement.Api.Alerts;

/// <summary>The alerts over HTTP.</summary>
internal sealed class AlertEndpoints : IEndpointGroup
{
    public void Map(RouteGroupBuilder api) => api.MapGroup("/alerts").WithTags("Operations").MapGet("", ListAlerts).ReadsPage<AlertDto>();

    /// <summary>Lists what alerts were raised about</summary>
    /// <remarks>Each kind of failure once, with how often it occurred; the one that occurred last first.</remarks>
    public static async Task<IResult> ListAlerts(
        ISender sender,
        CancellationToken cancellationToken,
        [FromQuery(Name = "limit")] int? limit = null,
        [FromQuery(Name = "cursor")] string? cursor = null) =>
        new PageOf<AlertDto>(await sender.Send(new ListAlerts(limit ?? PageLimits.Default, cursor), cancellationToken));
}
