using System.ComponentModel;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using TaskManagement.Api.Http;
using TaskManagement.Api.OpenApi;
using TaskManagement.Application.Common.Paging;
using TaskManagement.Application.Events;
using TaskManagement.Infrastructure.EventLog;
using TaskManagement.Infrastructure.Messaging;

namespace TaskManagement.Api.Events;

/// <summary>The event log over HTTP.</summary>
internal sealed class EventEndpoints : IEndpointGroup
{
    public void Map(RouteGroupBuilder api)
    {
        var events = api.MapGroup("/events").WithTags("Events");
        events.MapGet("", ListEvents).ReadsPage<CloudEvent>();
        events.MapGet("/stream", StreamEvents).Streams();
    }

    /// <summary>Reads the feed of all events</summary>
    /// <remarks>
    /// CloudEvents in the order of commit. nextCursor is there on every page, the last one too: repeat the request with it as after, now or
    /// later, to get what came next; every event comes once. A page without items means that nothing new is there.
    /// </remarks>
    public static async Task<IResult> ListEvents(
        [AsParameters] ListEventsParameters parameters, ISender sender, IOptions<EventsOptions> options, CancellationToken cancellationToken)
    {
        var page = await sender.Send(parameters.ToQuery(), cancellationToken);
        return new PageOf<CloudEvent>(page.Select(logged => CloudEvent.From(logged, options.Value.Source)), parameter: "after");
    }

    /// <summary>Streams the feed of all events as they are committed</summary>
    /// <remarks>
    /// Server-Sent Events: id is the position and data the CloudEvent, as in the feed, on one line. Every event after Last-Event-ID, or else after,
    /// comes once and in order; without them it begins now. An id without data says that events were left out; a comment, that there were none.
    /// Who does not read what is sent is disconnected, and goes on with Last-Event-ID where he was.
    /// </remarks>
    public static Task StreamEvents([AsParameters] StreamEventsParameters parameters, HttpContext http, EventStreams streams) =>
        streams.SendAsync(http, parameters.ToQuery());
}

/// <summary>The filters and the page of the feed.</summary>
internal sealed record ListEventsParameters
{
    [FromQuery(Name = "after"), Description("nextCursor of the page before, or the position of an event; the feed begins with the first event without it.")]
    public string? After { get; init; }

    [FromQuery(Name = "type"), Description("Of any of these types: task.completed, taskmanagement.task.completed.v1 for one version, or task.* for all that begin so. May be repeated, or separated by commas.")]
    public string[]? Type { get; init; }

    [FromQuery(Name = "subject"), Description("About the task, the project or whatever else has this id.")]
    public Guid? Subject { get; init; }

    [FromQuery(Name = "limit"), Description("The most events to return, 1 to 200.")]
    public int? Limit { get; init; }

    public ListEvents ToQuery() => new()
    {
        After = After,
        Type = [.. (Type ?? []).SelectMany(types => types.Split(','))],
        Subject = Subject,
        Limit = Limit ?? PageLimits.Default,
    };
}

/// <summary>The filters of the stream, and where it begins.</summary>
internal sealed record StreamEventsParameters
{
    [FromHeader(Name = "Last-Event-ID"), Description("The id of the last event that came; a client that connects again sends it by itself. It goes before after.")]
    public string? LastEventId { get; init; }

    [FromQuery(Name = "after"), Description("The position of an event, or the nextCursor of a page of the feed; the stream begins now without it, and with the first event ever for 0.")]
    public string? After { get; init; }

    [FromQuery(Name = "type"), Description("Of any of these types: task.completed, taskmanagement.task.completed.v1 for one version, or task.* for all that begin so. May be repeated, or separated by commas.")]
    public string[]? Type { get; init; }

    [FromQuery(Name = "subject"), Description("About the task, the project or whatever else has this id.")]
    public Guid? Subject { get; init; }

    public StreamEvents ToQuery() => new()
    {
        After = string.IsNullOrEmpty(LastEventId) ? After : LastEventId,
        Type = [.. (Type ?? []).SelectMany(types => types.Split(','))],
        Subject = Subject,
    };
}
