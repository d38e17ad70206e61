using System.ComponentModel;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using TaskManagement.Api.Http;
using TaskManagement.Api.OpenApi;
using TaskManagement.Application.Common.Paging;
using TaskManagement.Application.Operations;

namespace TaskManagement.Api.Operations;

/// <summary>The parked events over HTTP, dead letters among them.</summary>
internal sealed class ParkedEventEndpoints : IEndpointGroup
{
    public void Map(RouteGroupBuilder api)
    {
        var parked = api.MapOperations("/parked");
        parked.MapGet("", ListParkedEvents).ReadsPage<ParkedEventDto>();
        parked.MapPost("/retry", RetryParkedEvents).Steers<RetryDto>();
        parked.MapPost("/discard", DiscardParkedEvents).Steers<DiscardDto>();
    }

    /// <summary>Lists parked events</summary>
    /// <remarks>In the order in which they were parked; those that pass every filter that is given.</remarks>
    public static async Task<IResult> ListParkedEvents(
        [AsParameters] ListParkedEventsParameters parameters, ISender sender, CancellationToken cancellationToken) =>
        new PageOf<ParkedEventDto>(await sender.Send(parameters.ToQuery(), cancellationToken));

    /// <summary>Has parked events tried again at once</summary>
    /// <remarks>
    /// As if for the first time, and in the order of their lanes: one that waits behind another is tried when that one is done. Choose them either by
    /// ids or by a filter; an empty filter chooses all.
    /// </remarks>
    public static async Task<IResult> RetryParkedEvents(
        JsonBody<RetryParkedEvents, RetryDto> body, ISender sender, CancellationToken cancellationToken) =>
        TypedResults.Ok((await sender.Send(body.Value, cancellationToken)).Value);

    /// <summary>Gives up the delivery of parked events</summary>
    /// <remarks>
    /// Their lanes go on without them, and for each an event in the log says who gave it up and why. Choose them either by ids or by a filter; an
    /// empty filter chooses all. 1000 at most are given up at once.
    /// </remarks>
    public static async Task<IResult> DiscardParkedEvents(
        JsonBody<DiscardParkedEvents, DiscardDto> body, ISender sender, CancellationToken cancellationToken) =>
        TypedResults.Ok((await sender.Send(body.Value, cancellationToken)).Value);
}

/// <summary>The filters and the page of a list of parked events.</summary>
internal sealed record ListParkedEventsParameters
{
    [FromQuery(Name = "subscription"), Description("Of this subscription.")]
    public string? Subscription { get; init; }

    [FromQuery(Name = "status"), Description("Parked for this reason.")]
    public Word<ParkedState>? Status { get; init; }

    [FromQuery(Name = "type"), Description("Of this type, such as task.completed; or task.* for all that begin so.")]
    public string? Type { get; init; }

    [FromQuery(Name = "subject"), Description("About this aggregate.")]
    public Uuid? Subject { get; init; }

    [FromQuery(Name = "limit"), Description("The most parked events to return, 1 to 200.")]
    public int? Limit { get; init; }

    [FromQuery(Name = "cursor"), Description("nextCursor of the page before, with the same filters.")]
    public string? Cursor { get; init; }

    public ListParkedEvents ToQuery() =>
        new(new(Subscription, Status?.Value, Type, Subject?.Value), Limit ?? PageLimits.Default, Cursor);
}
