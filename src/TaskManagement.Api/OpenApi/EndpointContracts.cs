using TaskManagement.Api.Accounts;
using TaskManagement.Application.Common.Paging;

namespace TaskManagement.Api.OpenApi;

/// <summary>What the kinds of endpoints answer, said once: the OpenAPI document is made of it.</summary>
internal static class EndpointContracts
{
    private const string ProblemJson = "application/problem+json";

    public static RouteHandlerBuilder Creates<T>(this RouteHandlerBuilder endpoint) =>
        endpoint.Produces<T>(StatusCodes.Status201Created).Refuses(400, 401, 409, 413, 415, 422, 429, 503);

    public static RouteHandlerBuilder Adds<T>(this RouteHandlerBuilder endpoint) =>
        endpoint.Produces<T>(StatusCodes.Status201Created).Refuses(400, 401, 404, 409, 413, 415, 422, 429, 503);

    public static RouteHandlerBuilder Changes<T>(this RouteHandlerBuilder endpoint) =>
        endpoint.Produces<T>().Refuses(400, 401, 404, 409, 412, 413, 415, 422, 429, 503).WithMetadata(new TakesIfMatch());

    public static RouteHandlerBuilder Deletes(this RouteHandlerBuilder endpoint) =>
        endpoint.Produces(StatusCodes.Status204NoContent).Refuses(400, 401, 404, 409, 412, 422, 429, 503).WithMetadata(new TakesIfMatch());

    public static RouteHandlerBuilder Ends(this RouteHandlerBuilder endpoint) =>
        endpoint.Produces(StatusCodes.Status204NoContent).Refuses(400, 401, 404, 409, 429, 503);

    public static RouteHandlerBuilder Reads<T>(this RouteHandlerBuilder endpoint) =>
        endpoint.Produces<T>().Produces(StatusCodes.Status304NotModified).Refuses(400, 401, 404, 429, 503).WithMetadata(new TakesIfNoneMatch());

    public static RouteHandlerBuilder ReadsPage<T>(this RouteHandlerBuilder endpoint) =>
        endpoint.Produces<Page<T>>().Refuses(400, 401, 404, 422, 429, 503);

    public static RouteHandlerBuilder Streams(this RouteHandlerBuilder endpoint) =>
        endpoint.Produces<string>(StatusCodes.Status200OK, "text/event-stream").Refuses(400, 401, 422, 429, 503);

    public static RouteHandlerBuilder Answers<T>(this RouteHandlerBuilder endpoint) =>
        endpoint.Produces<T>().Refuses(400, 401, 404, 422, 429, 503);

    public static RouteHandlerBuilder Steers<T>(this RouteHandlerBuilder endpoint) =>
        endpoint.Produces<T>().Refuses(400, 401, 404, 409, 413, 415, 422, 429, 503);

    public static RouteHandlerBuilder Receives<T>(this RouteHandlerBuilder endpoint) =>
        endpoint.Produces<T>().Refuses(400, 401, 404, 409, 413, 415, 422, 429, 503);

    /// <summary>Says that the endpoint serves all of it as a file too, to who accepts that.</summary>
    public static RouteHandlerBuilder AlsoServesFiles(this RouteHandlerBuilder endpoint, params string[] mediaTypes) =>
        endpoint.WithMetadata([.. mediaTypes.Select(mediaType => new ServesFile(mediaType))]);

    public static RouteHandlerBuilder Accepts(this RouteHandlerBuilder endpoint) =>
        endpoint.Produces<AcceptedDto>(StatusCodes.Status202Accepted).Refuses(400, 409, 413, 415, 422, 429, 503);

    public static RouteHandlerBuilder Admits<T>(this RouteHandlerBuilder endpoint, int status = StatusCodes.Status200OK) =>
        endpoint.Produces<T>(status).Refuses(400, 401, 413, 415, 422, 429, 503);

    public static RouteHandlerBuilder Does(this RouteHandlerBuilder endpoint) =>
        endpoint.Produces(StatusCodes.Status204NoContent).Refuses(400, 401, 404, 409, 413, 415, 422, 429, 503);

    private static RouteHandlerBuilder Refuses(this RouteHandlerBuilder endpoint, params int[] statuses)
    {
        // Any endpoint may be one that the token is not good for.
        foreach (var status in statuses.Append(StatusCodes.Status403Forbidden).Order())
            endpoint.Produces<Problem>(status, ProblemJson);
        return endpoint;
    }

    /// <summary>The endpoint takes If-Match.</summary>
    internal sealed class TakesIfMatch;

    /// <summary>The endpoint takes If-None-Match.</summary>
    internal sealed class TakesIfNoneMatch;

    /// <summary>The endpoint answers with a file to who accepts it.</summary>
    /// <param name="MediaType">What the file is.</param>
    internal sealed record ServesFile(string MediaType);
}
