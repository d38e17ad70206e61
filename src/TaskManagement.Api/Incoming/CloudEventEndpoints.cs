using MediatR;
using TaskManagement.Api.Http;
using TaskManagement.Api.OpenApi;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Application.Incoming;

namespace TaskManagement.Api.Incoming;

/// <summary>CloudEvents from outside.</summary>
internal sealed class CloudEventEndpoints : IEndpointGroup
{
    public void Map(RouteGroupBuilder api) =>
        api.MapGroup("/cloudevents").WithTags("CloudEvents").MapPost("", ReceiveCloudEvents).Receives<ReceivedCloudEventsDto>();

    /// <summary>Receives CloudEvents</summary>
    /// <remarks>
    /// One as application/cloudevents+json; up to 100 as application/cloudevents-batch+json, all of them or none; or one with its attributes in
    /// headers (ce-id, ce-source, ce-specversion, ce-type, …) and any body as its data. An event whose source and id were received before, at
    /// whatever time, is a duplicate and has no further effect.
    /// </remarks>
    public static async Task<IResult> ReceiveCloudEvents(CloudEventsBody body, ISender sender, CancellationToken cancellationToken)
    {
        try
        {
            return TypedResults.Ok((await sender.Send(new ReceiveCloudEvents(body.Events), cancellationToken)).Value);
        }
        catch (Exception refusal) when (Refusals.IsExpected(refusal) && RefusedEvent.Of(refusal) is not null)
        {
            var id = RefusedEvent.Of(refusal);
            var refused = body.Events.Select(CloudEventIds.OfEvent).TakeWhile(other => other != id).Count();
            throw CloudEventRefusedException.At(body.PlaceOf(refused), refusal);
        }
    }
}
