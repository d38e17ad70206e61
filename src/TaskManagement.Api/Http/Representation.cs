using MediatR;
using Microsoft.Net.Http.Headers;
using TaskManagement.Application.Common;

namespace TaskManagement.Api.Http;

/// <summary>An answer with one versioned representation: 200 or 201 with its entity tag, or 304 if the caller has it.</summary>
/// <param name="value">What is represented.</param>
/// <param name="location">Where it is from now on, if it is new.</param>
/// <param name="isOfVersion">Whether nothing in it changes without its version: else the caller's copy may be old although it has the tag.</param>
internal sealed class Representation<T>(T value, string? location = null, bool isOfVersion = true) : IResult
    where T : IVersioned
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.Headers.ETag = Preconditions.TagOf(value.Version);
        if (isOfVersion && HttpMethods.IsGet(httpContext.Request.Method) && httpContext.Request.HasCurrent(value.Version))
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

/// <summary>Commands that answer with what they changed.</summary>
internal static class SenderExtensions
{
    /// <summary>Sends a command and represents what it changed.</summary>
    public static async Task<IResult> ChangeAsync<T>(this ISender sender, ICommand<T> command, CancellationToken cancellationToken)
        where T : IVersioned =>
        new Representation<T>((await sender.Send(command, cancellationToken)).Value);
}
