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
                var (code, detail) = Refusal(context.HttpContext.Response.StatusCode);
                if (problem.Extensions.TryAdd("code", code))
                    problem.Detail ??= detail;
                problem.Extensions["traceId"] = Activity.Current?.TraceId.ToHexString() ?? context.HttpContext.TraceIdentifier;
            })
            .AddSingleton<IProblemDetailsWriter, ProblemForEveryone>()
            .AddExceptionHandler<ProblemExceptionHandler>();

    /// <summary>What it means that a request did not get as far as an endpoint.</summary>
    private static (string Code, string Detail) Refusal(int status) => status switch
    {
        StatusCodes.Status401Unauthorized => ("auth.required", "A valid token is needed: Authorization: Bearer …"),
        StatusCodes.Status403Forbidden => ("auth.forbidden", "The token does not allow this."),
        StatusCodes.Status404NotFound => ("route.not_found", "There is nothing at this address."),
        StatusCodes.Status405MethodNotAllowed => ("route.method_not_allowed", "This address does not take this method."),
        StatusCodes.Status413PayloadTooLarge => ("request.too_large", "The body is too large."),
        StatusCodes.Status415UnsupportedMediaType =>
            ("request.unsupported_media_type", "The body must be JSON in UTF-8, with Content-Type: application/json."),
        StatusCodes.Status429TooManyRequests => ("request.too_many", "Wait as long as Retry-After says before the next request."),
        _ => ("request.refused", "The request can't be served."),
    };
}
