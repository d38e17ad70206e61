using System.Diagnostics;

namespace TaskManagement.Api.Http;

/// <summary>What every problem document has, whoever writes it.</summary>
internal static class Problems
{
    public static IServiceCollection AddProblems(this IServiceCollection services) =>
        services
            .AddProblemDetails(options => options.CustomizeProblemDetails = context =>
            {
                var problem = context.ProblemDetails;
                problem.Type = "about:blank";
                problem.Extensions.TryAdd("code", CodeOf(context.HttpContext.Response.StatusCode));
                problem.Extensions["traceId"] = Activity.Current?.TraceId.ToHexString() ?? context.HttpContext.TraceIdentifier;
            })
            .AddExceptionHandler<ProblemExceptionHandler>();

    private static string CodeOf(int status) => status switch
    {
        StatusCodes.Status401Unauthorized => "auth.required",
        StatusCodes.Status403Forbidden => "auth.forbidden",
        StatusCodes.Status404NotFound => "route.not_found",
        StatusCodes.Status405MethodNotAllowed => "route.method_not_allowed",
        StatusCodes.Status413PayloadTooLarge => "request.too_large",
        StatusCodes.Status415UnsupportedMediaType => "request.unsupported_media_type",
        StatusCodes.Status429TooManyRequests => "request.too_many",
        _ => "request.refused",
    };
}
