using System.Diagnostics;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.Features;

namespace TaskManagement.Api.Http;

/// <summary>
/// Says in the server's span of a request what it was, by the names that OpenTelemetry gives to that; the server itself leaves the span bare.
/// Queries are left out, since they may hold what people search for.
/// </summary>
internal static class RequestSpans
{
    public static IApplicationBuilder UseRequestSpans(this IApplicationBuilder app) => app.Use(async (http, next) =>
    {
        await next(http);
        if (http.Features.Get<IHttpActivityFeature>()?.Activity is { IsAllDataRequested: true } span)
            Describe(span, http);
    });

    /// <summary>Ends what is measured of a request whose answer goes on for as long as the client likes: it took so long to begin.</summary>
    public static void EndMeasuring(HttpContext http, TimeProvider time)
    {
        http.Features.Get<IHttpActivityFeature>()?.Activity.SetEndTime(time.GetUtcNow().UtcDateTime);
        http.Features.Get<IHttpMetricsTagsFeature>()?.MetricsDisabled = true;
    }

    private static void Describe(Activity span, HttpContext http)
    {
        // An error takes the endpoint off the request.
        var endpoint = http.GetEndpoint() ?? http.Features.Get<IExceptionHandlerFeature>()?.Endpoint;
        var method = http.Request.Method;
        if ((endpoint as RouteEndpoint)?.RoutePattern.RawText?.TrimEnd('/') is { } route)
        {
            span.DisplayName = $"{method} {route}";
            span.SetTag("http.route", route);
        }
        else
        {
            span.DisplayName = method;
        }

        span.SetTag("http.request.method", method);
        span.SetTag("url.scheme", http.Request.Scheme);
        span.SetTag("url.path", http.Request.Path.Value);
        span.SetTag("http.response.status_code", http.Response.StatusCode);
        if (http.Response.StatusCode >= StatusCodes.Status500InternalServerError)
            span.SetStatus(ActivityStatusCode.Error);
    }
}
