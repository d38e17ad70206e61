using Microsoft.Net.Http.Headers;

namespace TaskManagement.Api.Http;

/// <summary>An answer with one versioned representation: 200 or 201 with its entity tag, or 304 if the caller has it.</summary>
internal sealed class Representation<T>(T value, long version, string? location = null) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.Headers.ETag = Preconditions.TagOf(version);
        if (HttpMethods.IsGet(httpContext.Request.Method) && httpContext.Request.HasCurrent(version))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        if (location is not null)
        {
            response.StatusCode = StatusCodes.Status201Created;
            response.Headers[HeaderNames.Location] = location;
        }

        return response.WriteAsJsonAsync(value, httpContext.RequestAborted);
    }
}
