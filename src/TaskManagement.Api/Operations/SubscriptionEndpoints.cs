using MediatR;
using Microsoft.AspNetCore.Mvc;
using TaskManagement.Api.Http;
using TaskManagement.Api.OpenApi;
using TaskManagement.Application.Operations;

namespace TaskManagement.Api.Operations;

/// <summary>The subscriptions over HTTP.</summary>
internal sealed class SubscriptionEndpoints : IEndpointGroup
{
    public void Map(RouteGroupBuilder api)
    {
        var subscriptions = api.MapOperations("/subscriptions");
        subscriptions.MapGet("", ListSubscriptions).ReadsPage<SubscriptionDto>();
        subscriptions.MapGet("/{name}", GetSubscription).Answers<SubscriptionDto>();
        subscriptions.MapPost("/{name}/pause", PauseSubscription).Steers<PauseDto>();
        subscriptions.MapPost("/{name}/resume", ResumeSubscription).Steers<PauseDto>();
        subscriptions.MapPost("/{name}/rewind", RewindSubscription).Steers<RewindDto>();
        subscriptions.MapPost("/{name}/replay", ReplaySubscription).Steers<ReplayStartDto>();
        api.MapOperations("/explain").MapGet("", ExplainDelivery).Answers<ExplanationDto>();
    }

    /// <summary>Lists the subscriptions</summary>
    /// <remarks>All of them on one page, by name, with how far each has come, what it waits for and who works on it. Those without a handler are orphaned.</remarks>
    public static async Task<IResult> ListSubscriptions(ISender sender, CancellationToken cancellationToken) =>
        new PageOf<SubscriptionDto>(await sender.Send(new ListSubscriptions(), cancellationToken));

    /// <summary>Reads how a subscription stands</summary>
    public static async Task<IResult> GetSubscription(string name, ISender sender, CancellationToken cancellationToken) =>
        TypedResults.Ok(await sender.Send(new GetSubscription(name), cancellationToken));

    /// <summary>Stops the deliveries to a subscription</summary>
    /// <remarks>The event at hand may still be handled to its end. Stopping it again changes nothing.</remarks>
    public static async Task<IResult> PauseSubscription(
        string name, JsonBody<NoMembers, PauseDto> body, ISender sender, CancellationToken cancellationToken) =>
        TypedResults.Ok((await sender.Send(new PauseSubscription(name), cancellationToken)).Value);

    /// <summary>Lets the deliveries to a paused subscription go on</summary>
    public static async Task<IResult> ResumeSubscription(
        string name, JsonBody<NoMembers, PauseDto> body, ISender sender, CancellationToken cancellationToken) =>
        TypedResults.Ok((await sender.Send(new ResumeSubscription(name), cancellationToken)).Value);

    /// <summary>Sends a subscription back in the log</summary>
    /// <remarks>
    /// It goes on from there, so new events wait until the old ones are delivered again. Parked events behind that place are dropped, as they are
    /// delivered again. A handler that keeps a picture of all events begins it anew, and can be sent back to the beginning only.
    /// </remarks>
    public static async Task<IResult> RewindSubscription(
        string name, JsonBody<RewindOrder, RewindDto> body, ISender sender, CancellationToken cancellationToken) =>
        TypedResults.Ok((await sender.Send(new RewindSubscription(name, body.Value.To, body.Value.DryRun), cancellationToken)).Value);

    /// <summary>Has a range of events delivered to a subscription again</summary>
    /// <remarks>Beside those that go on, and in the order of the log. Events that occurred when from and to say are part of the range.</remarks>
    public static async Task<IResult> ReplaySubscription(
        string name, JsonBody<ReplayOrder, ReplayStartDto> body, ISender sender, CancellationToken cancellationToken)
    {
        var order = body.Value;
        return TypedResults.Ok((await sender.Send(new ReplaySubscription(name, order.From, order.To, order.Types, order.DryRun), cancellationToken)).Value);
    }

    /// <summary>Says whether an event has reached a subscription, and why not</summary>
    public static async Task<IResult> ExplainDelivery(
        ISender sender,
        CancellationToken cancellationToken,
        [FromQuery(Name = "subscription")] string? subscription = null,
        [FromQuery(Name = "event")] Uuid? @event = null) =>
        TypedResults.Ok(await sender.Send(new ExplainDelivery(subscription, @event?.Value), cancellationToken));
}

/// <summary>Where a subscription is sent.</summary>
/// <param name="To">The event to deliver next; the first ever if absent.</param>
/// <param name="DryRun">Whether only to say what would be done.</param>
internal sealed record RewindOrder(LogPoint? To = null, bool DryRun = false);

/// <summary>What is delivered again.</summary>
/// <param name="From">Where the range begins; with the first event ever if absent.</param>
/// <param name="To">Where it ends; with the last event there is now if absent.</param>
/// <param name="Types">The types of events to deliver; all that the subscription takes if absent.</param>
/// <param name="DryRun">Whether only to say what would be done.</param>
internal sealed record ReplayOrder(LogPoint? From = null, LogPoint? To = null, IReadOnlyList<string>? Types = null, bool DryRun = false);
