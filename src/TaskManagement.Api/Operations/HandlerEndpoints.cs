using MediatR;
using TaskManagement.Api.Http;
using TaskManagement.Api.OpenApi;
using TaskManagement.Application.Operations;

namespace TaskManagement.Api.Operations;

/// <summary>The handlers of events over HTTP.</summary>
internal sealed class HandlerEndpoints : IEndpointGroup
{
    public void Map(RouteGroupBuilder api)
    {
        var handlers = api.MapOperations("/handlers");
        handlers.MapGet("", ListHandlers).ReadsPage<HandlerDto>();
        handlers.MapPost("/test", TestHandler).Steers<HandlerTestDto>();
    }

    /// <summary>Lists the handlers of events</summary>
    /// <remarks>All of them on one page, with the events that they take, and when they run.</remarks>
    public static async Task<IResult> ListHandlers(ISender sender, CancellationToken cancellationToken) =>
        new PageOf<HandlerDto>(await sender.Send(new ListHandlers(), cancellationToken));

    /// <summary>Tests a handler with a recorded event</summary>
    /// <remarks>
    /// It runs once, in a transaction that is rolled back; the answer says how it ended and what would have been kept. What it does elsewhere, a mail
    /// for instance, it does.
    /// </remarks>
    public static async Task<IResult> TestHandler(
        JsonBody<TestHandler, HandlerTestDto> body, ISender sender, CancellationToken cancellationToken) =>
        TypedResults.Ok(await sender.Send(body.Value, cancellationToken));
}
