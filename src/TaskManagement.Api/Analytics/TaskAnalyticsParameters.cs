using System.ComponentModel;
using Microsoft.AspNetCore.Mvc;
using TaskManagement.Api.Http;
using TaskManagement.Application.Analytics;
using TaskManagement.Application.Common.Paging;
using TaskManagement.Domain.Projects;
using TaskManagement.Domain.Tasks;

namespace TaskManagement.Api.Analytics;

/// <summary>The days, the grouping, the filters and the page of the analytics of tasks.</summary>
internal sealed record TaskAnalyticsParameters
{
    [FromQuery(Name = "from"), Description("The first day, in UTC; thirty days with the last one if absent.")]
    public Day? From { get; init; }

    [FromQuery(Name = "to"), Description("The last day, in UTC; today if absent. At most 366 days can be asked for at once.")]
    public Day? To { get; init; }

    [FromQuery(Name = "groupBy"), Description("What there is an item for each of; days if absent.")]
    public Word<AnalyticsGrouping>? GroupBy { get; init; }

    [FromQuery(Name = "projectId"), Description("In this project alone.")]
    public ProjectId? ProjectId { get; init; }

    [FromQuery(Name = "personId"), Description("Assigned to this person alone.")]
    public UserId? PersonId { get; init; }

    [FromQuery(Name = "limit"), Description("The most items to return, 1 to 200.")]
    public int? Limit { get; init; }

    [FromQuery(Name = "cursor"), Description("nextCursor of the page before, with the same parameters.")]
    public string? Cursor { get; init; }

    public GetTaskAnalytics ToQuery() => new()
    {
        From = From?.Value,
        To = To?.Value,
        GroupBy = GroupBy?.Value ?? AnalyticsGrouping.Day,
        ProjectId = ProjectId,
        PersonId = PersonId,
        Limit = Limit ?? PageLimits.Default,
        Cursor = Cursor,
    };
}
