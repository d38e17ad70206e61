using TaskManagement.Application.Common;

namespace TaskManagement.Api.Http;

/// <summary>A request that is not of the form the API takes: 400.</summary>
/// <param name="errors">What is wrong, one by one.</param>
internal sealed class MalformedRequestException(IReadOnlyList<RequestError> errors) : Exception("The request is malformed.")
{
    public MalformedRequestException(RequestError error)
        : this([error])
    {
    }

    public IReadOnlyList<RequestError> Errors { get; } = errors;
}
