using System.ComponentModel;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using TaskManagement.Api.Http;
using TaskManagement.Api.OpenApi;
using TaskManagement.Application.Audit;
using TaskManagement.Application.Common.Paging;

namespace TaskManagement.Api.Audit;

/// <summary>The audit trail over HTTP.</summary>
internal sealed class AuditEndpoints : IEndpointGroup
{
    public void Map(RouteGroupBuilder api) => api.MapGroup("/audit").WithTags("Operations").MapGet("", ListAudit).ReadsPage<AuditEntryDto>();

    /// <summary>Lists who did what to which resource</summary>
    /// <remarks>Everything that is in the event log, the last first; commands that failed or were denied too.</remarks>
    public static async Task<IResult> ListAudit([AsParameters] ListAuditParameters parameters, ISender sender, CancellationToken cancellationToken) =>
        new PageOf<AuditEntryDto>(await sender.Send(parameters.ToQuery(), cancellationToken));
}

/// <summary>The filters and the page of the audit trail.</summary>
internal sealed record ListAuditParameters
{
    [FromQuery(Name = "actor"), Description("By this actor, such as token:0198f5e0-0000-7000-8000-000000000001 or system:alerts.")]
    public string? Actor { get; init; }

    [FromQuery(Name = "action"), Description("Any of these event types, such as task.completed or task.*; may be repeated, or separated by commas.")]
    public string[]? Action { get; init; }

    [FromQuery(Name = "resource"), Description("To resources of a kind, such as task, or to one, such as task/0198f5e2-7c1a-7b3e-9d55-3f2a8c6e1b04.")]
    public string? Resource { get; init; }

    [FromQuery(Name = "from"), Description("At or after this instant, or the beginning of this date in UTC.")]
    public Instant? From { get; init; }

    [FromQuery(Name = "to"), Description("Before this instant, or the beginning of this date in UTC.")]
    public Instant? To { get; init; }

    [FromQuery(Name = "limit"), Description("The most entries to return, 1 to 200.")]
    public int? Limit { get; init; }

    [FromQuery(Name = "cursor"), Description("nextCursor of the page before, with the same filters.")]
    public string? Cursor { get; init; }

    public ListAudit ToQuery() => new()
    {
        Actor = Actor,
        Action = [.. (Action ?? []).SelectMany(types => types.Split(','))],
        Resource = Resource,
        From = From?.Value,
        To = To?.Value,
        Limit = Limit ?? PageLimits.Default,
        Cursor = Cursor,
    };
}
