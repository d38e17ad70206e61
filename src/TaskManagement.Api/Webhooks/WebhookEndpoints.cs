using System.ComponentModel;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using TaskManagement.Api.Http;
using TaskManagement.Api.OpenApi;
using TaskManagement.Application.Common.Paging;
using TaskManagement.Application.Operations;
using TaskManagement.Application.Webhooks;
using TaskManagement.Domain.Webhooks;

namespace TaskManagement.Api.Webhooks;

/// <summary>The webhooks over HTTP. Who may create one learns of everything that happens.</summary>
internal sealed class WebhookEndpoints : IEndpointGroup
{
    public void Map(RouteGroupBuilder api)
    {
        var webhooks = api.MapGroup("/webhooks").WithTags("Webhooks");
        webhooks.MapPost("", CreateWebhook).Creates<WebhookDto>();
        webhooks.MapGet("", ListWebhooks).ReadsPage<WebhookDto>();
        webhooks.MapGet("/{id}", GetWebhook).Answers<WebhookDto>();
        webhooks.MapPatch("/{id}", ChangeWebhook).Changes<WebhookDto>();
        webhooks.MapDelete("/{id}", DeleteWebhook).Deletes();
        webhooks.MapPost("/{id}/rotate-secret", RotateWebhookSecret).Changes<WebhookDto>();
        webhooks.MapPost("/{id}/test", TestWebhook).Steers<WebhookDeliveryDto>();
        webhooks.MapGet("/{id}/deliveries", ListWebhookDeliveries).ReadsPage<WebhookDeliveryDto>();
        webhooks.MapPost("/{id}/deliveries/{delivery}/redeliver", RedeliverToWebhook).Steers<RedeliveryDto>();
        webhooks.MapPost("/{id}/replay", ReplayToWebhook).Steers<ReplayStartDto>();
    }

    /// <summary>Creates a webhook</summary>
    /// <remarks>
    /// It is called with POST about every event of its types from now on, with the CloudEvent as body, signed as Standard Webhooks says with the
    /// secret of this answer, which is shown this once. Only a 2xx is success; what fails is tried again for about 75 hours, in order for each task.
    /// </remarks>
    public static async Task<IResult> CreateWebhook(
        JsonBody<CreateWebhook, WebhookDto> body, ISender sender, CancellationToken cancellationToken)
    {
        var webhook = (await sender.Send(body.Value, cancellationToken)).Value;
        return new Representation<WebhookDto>(webhook, $"/api/v1/webhooks/{webhook.Id}");
    }

    /// <summary>Lists webhooks</summary>
    /// <remarks>The oldest first.</remarks>
    public static async Task<IResult> ListWebhooks(
        ISender sender,
        CancellationToken cancellationToken,
        [FromQuery(Name = "limit")] int? limit = null,
        [FromQuery(Name = "cursor")] string? cursor = null) =>
        new PageOf<WebhookDto>(await sender.Send(new ListWebhooks(limit ?? PageLimits.Default, cursor), cancellationToken));

    /// <summary>Reads a webhook</summary>
    /// <remarks>failingSince changes with what becomes of calls, and not with the version.</remarks>
    public static async Task<IResult> GetWebhook(WebhookId id, ISender sender, CancellationToken cancellationToken) =>
        new Representation<WebhookDto>(await sender.Send(new GetWebhook(id), cancellationToken), isOfVersion: false);

    /// <summary>Changes a webhook</summary>
    /// <remarks>
    /// A JSON Merge Patch (RFC 7396). What is delivered from then on is delivered as it says. One that is switched off keeps its place; switched on
    /// again, it is called about all that it has missed.
    /// </remarks>
    public static Task<IResult> ChangeWebhook(
        WebhookId id, JsonBody<WebhookPatch, WebhookDto> body, HttpRequest request, ISender sender, CancellationToken cancellationToken) =>
        sender.ChangeAsync(new ChangeWebhook(id, request.ExpectedVersion(), body.Value), cancellationToken);

    /// <summary>Deletes a webhook</summary>
    /// <remarks>For good, with its secrets and all that waits to be delivered to it.</remarks>
    public static async Task<IResult> DeleteWebhook(WebhookId id, HttpRequest request, ISender sender, CancellationToken cancellationToken)
    {
        await sender.Send(new DeleteWebhook(id, request.ExpectedVersion()), cancellationToken);
        return TypedResults.NoContent();
    }

    /// <summary>Gives a webhook a new secret</summary>
    /// <remarks>Until overlapHours from now (24 if not said) calls are signed with the one before as well. The new one is shown this once.</remarks>
    public static Task<IResult> RotateWebhookSecret(
        WebhookId id, JsonBody<Rotation, WebhookDto> body, HttpRequest request, ISender sender, CancellationToken cancellationToken) =>
        sender.ChangeAsync(new RotateWebhookSecret(id, request.ExpectedVersion(), body.Value.OverlapHours), cancellationToken);

    /// <summary>Calls a webhook to test it</summary>
    /// <remarks>Once and at once, active or not, about an event of the type taskmanagement.webhook.test.v1 that is not in the log. The answer is the record of the call.</remarks>
    public static async Task<IResult> TestWebhook(
        WebhookId id, JsonBody<NoMembers, WebhookDeliveryDto> body, ISender sender, CancellationToken cancellationToken) =>
        TypedResults.Ok(await sender.Send(new TestWebhook(id), cancellationToken));

    /// <summary>Lists the calls of a webhook</summary>
    /// <remarks>Every attempt, the latest first, with its answer.</remarks>
    public static async Task<IResult> ListWebhookDeliveries(
        WebhookId id, [AsParameters] ListWebhookDeliveriesParameters parameters, ISender sender, CancellationToken cancellationToken) =>
        new PageOf<WebhookDeliveryDto>(await sender.Send(parameters.ToQuery(id), cancellationToken));

    /// <summary>Calls a webhook once more about the event of an earlier call</summary>
    /// <remarks>An event that is parked is tried again at once, in its turn; one that was delivered is delivered again, with the same webhook-id.</remarks>
    public static async Task<IResult> RedeliverToWebhook(
        WebhookId id, Guid delivery, JsonBody<NoMembers, RedeliveryDto> body, ISender sender, CancellationToken cancellationToken) =>
        TypedResults.Ok((await sender.Send(new RedeliverToWebhook(id, delivery), cancellationToken)).Value);

    /// <summary>Calls a webhook again about a range of events</summary>
    /// <remarks>Beside those that go on, with the same webhook-id as before. How it goes is told by GET /api/v1/operations/replays/{replay}.</remarks>
    public static async Task<IResult> ReplayToWebhook(
        WebhookId id, JsonBody<WebhookReplay, ReplayStartDto> body, ISender sender, CancellationToken cancellationToken) =>
        TypedResults.Ok((await sender.Send(body.Value.ToCommand(id), cancellationToken)).Value);
}

/// <summary>How the secret of a webhook is changed.</summary>
/// <param name="OverlapHours">For how many hours calls are signed with the one before as well, 0 to 168.</param>
internal sealed record Rotation(double OverlapHours = 24);

/// <summary>What a webhook is called about again.</summary>
/// <param name="From">Where the range begins, a position or a time; null for the first event ever.</param>
/// <param name="To">Where it ends, a position or a time; null for the last event there is now.</param>
/// <param name="Types">The types of events; null for all that the webhook is called about.</param>
/// <param name="DryRun">Whether only to say what would be done.</param>
internal sealed record WebhookReplay(LogPoint? From = null, LogPoint? To = null, IReadOnlyList<string>? Types = null, bool DryRun = false)
{
    public ReplayToWebhook ToCommand(WebhookId id) => new(id, From, To, Types, DryRun);
}

/// <summary>The filters and the page of a list of calls.</summary>
internal sealed record ListWebhookDeliveriesParameters
{
    [FromQuery(Name = "succeeded"), Description("true: only those that succeeded; false: only others.")]
    public bool? Succeeded { get; init; }

    [FromQuery(Name = "event"), Description("About the event with this id.")]
    public Guid? Event { get; init; }

    [FromQuery(Name = "limit"), Description("The most calls to return, 1 to 200.")]
    public int? Limit { get; init; }

    [FromQuery(Name = "cursor"), Description("nextCursor of the page before, with the same filters.")]
    public string? Cursor { get; init; }

    public ListWebhookDeliveries ToQuery(WebhookId id) => new(new(id, Succeeded, Event), Limit ?? PageLimits.Default, Cursor);
}
