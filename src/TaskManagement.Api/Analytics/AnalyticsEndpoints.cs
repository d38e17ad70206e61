using MediatR;
using TaskManagement.Api.Http;
using TaskManagement.Api.OpenApi;
using TaskManagement.Application.Analytics;

namespace TaskManagement.Api.Analytics;

/// <summary>The analytics over HTTP.</summary>
internal sealed class AnalyticsEndpoints : IEndpointGroup
{
    public void Map(RouteGroupBuilder api)
    {
        var analytics = api.MapGroup("/analytics").WithTags("Analytics");
        analytics.MapGet("/tasks", GetTaskAnalytics).ReadsPage<TaskAnalyticsDto>();
    }

    /// <summary>Counts what happened to tasks</summary>
    /// <remarks>
    /// Everything counts on the day, in UTC, on which it happened, for the project and the assignee that the task had then. What nothing
    /// happened for is left out. The counts follow the changes, as a rule within a second.
    /// </remarks>
    public static async Task<IResult> GetTaskAnalytics(
        [AsParameters] TaskAnalyticsParameters parameters, ISender sender, CancellationToken cancellationToken) =>
        new PageOf<TaskAnalyticsDto>(await sender.Send(parameters.ToQuery(), cancellationToken));
}
