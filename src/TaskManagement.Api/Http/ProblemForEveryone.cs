using System.Net.Mime;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;

namespace TaskManagement.Api.Http;

/// <summary>
/// Writes the problem document to who accepts something else alone, a file or a stream: he is told why there is none. The framework's own writer, which
/// comes before this one, would leave the body empty.
/// </summary>
internal sealed class ProblemForEveryone(IOptions<ProblemDetailsOptions> options) : IProblemDetailsWriter
{
    public bool CanWrite(ProblemDetailsContext context) => true;

    public ValueTask WriteAsync(ProblemDetailsContext context)
    {
        var (response, problem) = (context.HttpContext.Response, context.ProblemDetails);
        problem.Status ??= response.StatusCode;
        problem.Title ??= ReasonPhrases.GetReasonPhrase(response.StatusCode);
        options.Value.CustomizeProblemDetails?.Invoke(context);
        return new(response.WriteAsJsonAsync(problem, (JsonSerializerOptions?)null, MediaTypeNames.Application.ProblemJson, context.HttpContext.RequestAborted));
    }
}
