using TaskManagement.Application.Common;

namespace TaskManagement.Api.Incoming;

/// <summary>Where in the request an event is: in the body, at this pointer; or, if there is none, in headers, with the body as its data.</summary>
internal readonly record struct CloudEventPlace(string? Pointer)
{
    public const string HeaderPrefix = "ce-";

    private const string Data = "/data";

    /// <summary>The header that an attribute is in.</summary>
    public static string HeaderOf(string attribute) => attribute == "datacontenttype" ? "Content-Type" : HeaderPrefix + attribute;

    /// <summary>An error of an event, which says where in the event it is, as the error of the request.</summary>
    public RequestError Of(RequestError ofEvent)
    {
        var within = ofEvent.Pointer ?? "";
        if (Pointer is not null)
            return ofEvent with { Pointer = Pointer + within };
        if (within is "" or Data || within.StartsWith(Data + "/", StringComparison.Ordinal))
            return ofEvent with { Pointer = within.Length == 0 ? within : within[Data.Length..] };
        return ofEvent with { Pointer = null, Parameter = HeaderOf(within[1..]) };
    }
}

/// <summary>One of the events of a request was refused, and with it the request.</summary>
/// <param name="refusal">Why.</param>
/// <param name="errors">What is wrong, and where.</param>
internal sealed class CloudEventRefusedException(Exception refusal, IReadOnlyList<RequestError> errors) : Exception(refusal.Message, refusal)
{
    public IReadOnlyList<RequestError> Errors { get; } = errors;

    /// <summary>What an error says of an event, told of the request.</summary>
    public static CloudEventRefusedException At(CloudEventPlace place, Exception refusal)
    {
        IReadOnlyList<RequestError> errors = refusal is InvalidRequestException invalid
            ? invalid.Errors
            : [new(Refusals.CodeOf(refusal), refusal.Message)];
        return new(refusal, [.. errors.Select(place.Of)]);
    }
}
