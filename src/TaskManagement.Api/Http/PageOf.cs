using Microsoft.AspNetCore.Http.Extensions;
using TaskManagement.Application.Common.Paging;

namespace TaskManagement.Api.Http;

/// <summary>An answer with one page of a list, and a link to the next (RFC 8288).</summary>
/// <param name="page">The page.</param>
/// <param name="parameter">The name of the parameter that asks for the next page.</param>
/// <param name="body">The page together with what else is said; null if it is the page alone.</param>
internal sealed class PageOf<T>(Page<T> page, string parameter = "cursor", object? body = null) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        if (page.NextCursor is not null)
            httpContext.Response.Headers.Link = $"<{NextUri(httpContext.Request, page.NextCursor)}>; rel=\"next\"";
        return httpContext.Response.WriteAsJsonAsync(body ?? page, httpContext.RequestAborted);
    }

    private string NextUri(HttpRequest request, string cursor)
    {
        var query = new QueryBuilder(request.Query
            .Where(given => !string.Equals(given.Key, parameter, StringComparison.OrdinalIgnoreCase))
            .SelectMany(given => given.Value, (given, value) => KeyValuePair.Create(given.Key, value ?? "")))
        {
            { parameter, cursor },
        };
        return request.Path + query.ToQueryString();
    }
}
