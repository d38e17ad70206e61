using System.Reflection;
using Microsoft.AspNetCore.Http.Metadata;
using TaskManagement.Api.Http;
using TaskManagement.Domain.Incoming.Events;

namespace TaskManagement.Api.Incoming;

/// <summary>The CloudEvents of a request, in whichever of the three modes of CloudEvents 1.0 over HTTP it carries them.</summary>
internal sealed class CloudEventsBody : IEndpointParameterMetadataProvider
{
    public const string One = "application/cloudevents+json";
    public const string Batch = "application/cloudevents-batch+json";

    // With its attributes in headers, an event may have data of any type.
    public const string Data = "*/*";

    private const string AnyFormat = "application/cloudevents";

    private readonly Func<int, CloudEventPlace> _placeOf;

    private CloudEventsBody(IReadOnlyList<IncomingCloudEvent> events, Func<int, CloudEventPlace> placeOf)
    {
        Events = events;
        _placeOf = placeOf;
    }

    public IReadOnlyList<IncomingCloudEvent> Events { get; }

    /// <summary>Where in the request an event is.</summary>
    public CloudEventPlace PlaceOf(int index) => _placeOf(index);

    public static async ValueTask<CloudEventsBody> BindAsync(HttpContext context)
    {
        var (request, cancellationToken) = (context.Request, context.RequestAborted);
        var mediaType = request.GetTypedHeaders().ContentType?.MediaType.Value ?? "";
        if (mediaType.Equals(One, StringComparison.OrdinalIgnoreCase) && JsonBodies.IsUtf8(request))
            return new([await CloudEventJson.ReadOneAsync(request.Body, cancellationToken)], _ => new(""));
        if (mediaType.Equals(Batch, StringComparison.OrdinalIgnoreCase) && JsonBodies.IsUtf8(request))
            return new(await CloudEventJson.ReadBatchAsync(request.Body, cancellationToken), CloudEventJson.PlaceIn);
        return !mediaType.StartsWith(AnyFormat, StringComparison.OrdinalIgnoreCase) && CloudEventHeaders.HasAny(request)
            ? new([await CloudEventHeaders.ReadAsync(request, cancellationToken)], _ => new(Pointer: null))
            : throw new BadHttpRequestException(
                $"CloudEvents are taken as {One}, as {Batch}, or with their attributes in headers that begin with {CloudEventPlace.HeaderPrefix}.",
                StatusCodes.Status415UnsupportedMediaType);
    }

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) =>
        builder.Metadata.Add(new AcceptsMetadata([One, Batch, Data], typeof(CloudEventDocument), isOptional: true));
}
