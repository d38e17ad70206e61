namespace TaskManagement.Api.Security;

/// <summary>Headers that keep browsers from doing with answers what they are not meant for.</summary>
internal static class SecurityHeaders
{
    public static IApplicationBuilder UseSecurityHeaders(this IApplicationBuilder app) => app.Use((http, next) =>
    {
        // When the answer starts: the error handler begins a new one, which must have them too.
        http.Response.OnStarting(static state => Add((HttpContext)state), http);
        return next(http);
    });

    private static Task Add(HttpContext http)
    {
        var headers = http.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        // The page of the API's documentation is the only one with scripts and styles, its own.
        headers.ContentSecurityPolicy = http.Request.Path.StartsWithSegments("/docs", StringComparison.Ordinal)
            ? "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; script-src 'self' 'unsafe-inline'; frame-ancestors 'none'"
            : "default-src 'none'; frame-ancestors 'none'";
        // What is read with a token is kept by no one, and asked for again with its entity tag, if it can be.
        if (headers.CacheControl != "no-store")
            headers.CacheControl = "private, no-cache";
        return Task.CompletedTask;
    }
}
