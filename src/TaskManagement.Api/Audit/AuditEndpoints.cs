using System.ComponentModel;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;
using TaskManagement.Api.Http;
using TaskManagement.Api.OpenApi;
using TaskManagement.Application.Audit;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Paging;

namespace TaskManagement.Api.Audit;

/// <summary>The audit trail over HTTP.</summary>
internal sealed class AuditEndpoints : IEndpointGroup
{
    public void Map(RouteGroupBuilder api) => api.MapGroup("/audit").WithTags("Operations").MapGet("", ListAudit)
        .ReadsPage<AuditEntryDto>().AlsoServesFiles(AuditFormats.Csv, AuditFormats.Ndjson);

    /// <summary>Lists who did what to which resource</summary>
    /// <remarks>
    /// Everything that is in the event log, the last first; commands that failed or were denied too. With Accept: text/csv or application/x-ndjson
    /// it is one file with all that passes the filters, up to the last event that there was when it began; limit and cursor are refused then.
    /// A file that is cut off ends with a broken connection.
    /// </remarks>
    public static async Task<IResult> ListAudit(
        [AsParameters] ListAuditParameters parameters, HttpContext http, ISender sender, AuditFiles files, CancellationToken cancellationToken)
    {
        http.Response.Headers.Vary = HeaderNames.Accept;
        if (AuditFormats.Preferred(http.Request) is not { } format)
            return new PageOf<AuditEntryDto>(await sender.Send(parameters.ToQuery(), cancellationToken));
        await files.SendAsync(http, await sender.Send(parameters.ToExport(), cancellationToken), format);
        return TypedResults.Empty;
    }
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

    [FromQuery(Name = "address"), Description("From this address, IPv4 or IPv6, such as 192.0.2.17 or 2001:db8::17.")]
    public Address? Address { get; init; }

    [FromQuery(Name = "from"), Description("At or after this instant, or the beginning of this date in UTC.")]
    public Instant? From { get; init; }

    [FromQuery(Name = "to"), Description("Before this instant, or the beginning of this date in UTC.")]
    public Instant? To { get; init; }

    [FromQuery(Name = "limit"), Description("The most entries to return, 1 to 200.")]
    public int? Limit { get; init; }

    [FromQuery(Name = "cursor"), Description("nextCursor of the page before, with the same filters.")]
    public string? Cursor { get; init; }

    private IReadOnlyList<string> Actions => [.. (Action ?? []).SelectMany(types => types.Split(','))];

    public ListAudit ToQuery() => new()
    {
        Actor = Actor,
        Action = Actions,
        Resource = Resource,
        Address = Address?.Value,
        From = From?.Value,
        To = To?.Value,
        Limit = Limit ?? PageLimits.Default,
        Cursor = Cursor,
    };

    /// <exception cref="MalformedRequestException">A page is asked for.</exception>
    public ExportAudit ToExport()
    {
        RequestError[] errors =
        [
            .. from page in new[] { (Name: "limit", IsGiven: Limit is not null), (Name: "cursor", IsGiven: Cursor is not null) }
               where page.IsGiven
               select new RequestError("parameter.not_in_export", "An export has no pages: all that passes the filters is in it.", Parameter: page.Name),
        ];
        return errors.Length > 0 ? throw new MalformedRequestException(errors) : new()
        {
            Actor = Actor,
            Action = Actions,
            Resource = Resource,
            Address = Address?.Value,
            From = From?.Value,
            To = To?.Value,
        };
    }
}
