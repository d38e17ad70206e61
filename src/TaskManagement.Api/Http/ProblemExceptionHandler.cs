using System.Text.Json;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using TaskManagement.Api.Events;
using TaskManagement.Api.Incoming;
using TaskManagement.Api.Security;
using TaskManagement.Application.Common;
using TaskManagement.Domain.Common;

namespace TaskManagement.Api.Http;

/// <summary>Turns every exception into its problem document (RFC 9457): expected ones into what they mean, all others into a 500 that tells nothing.</summary>
internal sealed partial class ProblemExceptionHandler(
    IProblemDetailsService problems, IDatabaseFaults database, ILogger<ProblemExceptionHandler> logger) : IExceptionHandler
{
    private const int ClientClosedRequest = 499;
    private const string RetryAfterSeconds = "5";

    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is OperationCanceledException && httpContext.RequestAborted.IsCancellationRequested)
        {
            httpContext.Response.StatusCode = ClientClosedRequest;
            return true;
        }

        var problem = ToProblem(exception is InvalidRequestException invalid ? WhereItWasSaid(invalid, httpContext.Request) : exception);
        if (problem.Status == StatusCodes.Status500InternalServerError)
            Failed(httpContext.Request.Method, httpContext.Request.Path, exception);
        else if (problem.Status == StatusCodes.Status503ServiceUnavailable && exception is not (TooManyStreamsException or IssuerUnavailableException))
            Unavailable(httpContext.Request.Method, httpContext.Request.Path, exception.GetBaseException().Message);

        httpContext.Response.StatusCode = problem.Status!.Value;
        if (problem.Status == StatusCodes.Status503ServiceUnavailable)
            httpContext.Response.Headers.RetryAfter = RetryAfterSeconds;
        if (exception is AuthenticationFailedException)
            httpContext.Response.Headers.WWWAuthenticate = "Bearer";
        if (exception is ForbiddenException { NeededScope: { } scope })
            httpContext.Response.Headers.WWWAuthenticate = $"Bearer error=\"insufficient_scope\", scope=\"{scope}\"";
        if (exception is VersionMismatchException mismatch)
            httpContext.Response.Headers.ETag = Preconditions.TagOf(mismatch.CurrentVersion);
        return await problems.TryWriteAsync(new() { HttpContext = httpContext, ProblemDetails = problem });
    }

    /// <summary>A command without a body has its values from the query, and a question that is posted has them from the body.</summary>
    private static InvalidRequestException WhereItWasSaid(InvalidRequestException invalid, HttpRequest request)
    {
        if (HttpMethods.IsDelete(request.Method) && request.ContentType is null)
            return new([.. invalid.Errors.Select(error => error with { Pointer = null, Parameter = error.Pointer?.TrimStart('/') })]);
        return HttpMethods.IsPost(request.Method)
            ? new([.. invalid.Errors.Select(error => error with { Pointer = error.Pointer ?? $"/{error.Parameter}", Parameter = null })])
            : invalid;
    }

    private ProblemDetails ToProblem(Exception exception) => exception switch
    {
        MalformedRequestException malformed =>
            Problem(400, "request.malformed", malformed.Message, malformed.Errors),
        CloudEventRefusedException { InnerException: { } refusal } refused =>
            With(refused.Errors, ToProblem(refusal)),
        InvalidRequestException invalid =>
            Problem(422, invalid.Code, invalid.Message, invalid.Errors),
        InvalidValueException invalid =>
            Problem(422, invalid.Code, invalid.Message),
        IdempotencyKeyReusedException reused =>
            Problem(422, reused.Code, reused.Message),
        AuthenticationFailedException failed =>
            Problem(401, failed.Code, failed.Message),
        ForbiddenException forbidden =>
            Problem(403, forbidden.Code, forbidden.Message),
        NotFoundException missing =>
            Problem(404, missing.Code, missing.Message),
        VersionMismatchException mismatch =>
            Problem(412, mismatch.Code, mismatch.Message, extension: ("currentVersion", mismatch.CurrentVersion)),
        DuplicateException duplicate =>
            Problem(409, duplicate.Code, duplicate.Message),
        ConcurrencyConflictException conflict =>
            Problem(409, conflict.Code, conflict.Message),
        DomainException rule =>
            Problem(409, rule.Code, rule.Message),
        IRefusal refusal =>
            Problem(409, refusal.Code, exception.Message),
        BadHttpRequestException bad =>
            FromFramework(bad),
        TooManyStreamsException full =>
            Problem(503, "stream.too_many", full.Message),
        IssuerUnavailableException unavailable =>
            Problem(503, "auth.issuer_unavailable", unavailable.Message),
        _ when database.IsUnavailable(exception) =>
            Problem(503, "database.unavailable", "The database can't be used at present. Nothing was changed; try again later."),
        _ =>
            Problem(500, "server.error", "Something went wrong. The log has the details under the trace id."),
    };

    private static ProblemDetails FromFramework(BadHttpRequestException bad) => bad.StatusCode switch
    {
        StatusCodes.Status413PayloadTooLarge => Problem(413, "request.too_large", "The body is too large."),
        StatusCodes.Status415UnsupportedMediaType =>
            Problem(415, "request.unsupported_media_type", bad.Message),
        StatusCodes.Status408RequestTimeout => Problem(408, "request.timeout", "The request took too long to arrive."),
        _ when BoundParameter(bad.Message) is { } name => Problem(
            400,
            "request.malformed",
            "The request is malformed.",
            [StrictQuery.MalformedParameter(JsonNamingPolicy.CamelCase.ConvertName(name))]),
        _ => Problem(400, "request.malformed", "The request is malformed."),
    };

    private static ProblemDetails Problem(
        int status, string code, string detail, IReadOnlyList<RequestError>? errors = null, (string Name, object Value)? extension = null)
    {
        var problem = new ProblemDetails { Status = status, Detail = detail, Extensions = { ["code"] = code } };
        if (errors is not null)
            problem.Extensions["errors"] = errors;
        if (extension is { } more)
            problem.Extensions[more.Name] = more.Value;
        return problem;
    }

    private static ProblemDetails With(IReadOnlyList<RequestError> errors, ProblemDetails problem)
    {
        problem.Extensions["errors"] = errors;
        return problem;
    }

    // The framework says which parameter could not be bound in its message only: Failed to bind parameter "ProjectId id" from "...".
    private static string? BoundParameter(string message) =>
        message.Split('"', 3) is ["Failed to bind parameter ", var parameter, _] ? parameter[(parameter.LastIndexOf(' ') + 1)..] : null;

    [LoggerMessage(1, LogLevel.Error, "{Method} {Path} failed")]
    private partial void Failed(string method, string path, Exception exception);

    [LoggerMessage(2, LogLevel.Warning, "{Method} {Path} was refused because the database can't be used: {Cause}")]
    private partial void Unavailable(string method, string path, string cause);
}
