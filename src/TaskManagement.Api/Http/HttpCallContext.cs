using System.Diagnostics;
using TaskManagement.Application.Common;
using TaskManagement.Application.Identity;
using TaskManagement.Domain.Common;
using TaskManagement.Domain.Identity;

namespace TaskManagement.Api.Http;

/// <summary>The call as its HTTP request tells of it; outside a request, the service itself acts.</summary>
internal sealed class HttpCallContext : ICallContext
{
    public const string CorrelationIdHeader = "X-Correlation-Id";
    public const string IdempotencyKeyHeader = "Idempotency-Key";
    public const string ReplayedHeader = "Idempotency-Replayed";

    private const int MaxCorrelationIdLength = 128;
    private const int MaxIdempotencyKeyLength = 255;
    private static readonly ActorId Service = new("system:service");
    private static readonly ActorId Nobody = new("system:anonymous");

    private readonly HttpContext? _http;

    /// <exception cref="MalformedRequestException">A header of the request is malformed.</exception>
    public HttpCallContext(IHttpContextAccessor accessor)
    {
        _http = accessor.HttpContext;
        (Actor, Scopes) = _http is null ? (Service, Scopes.Admin) : _http.Features.Get<Caller>() is { } caller ? (caller.Actor, caller.Scopes) : (Nobody, Scopes.None);
        CorrelationId = Header(CorrelationIdHeader, MaxCorrelationIdLength)
            ?? Activity.Current?.TraceId.ToHexString()
            ?? _http?.TraceIdentifier
            ?? Guid.CreateVersion7().ToString();
        if (_http is not null && HttpMethods.IsPost(_http.Request.Method))
            IdempotencyKey = Header(IdempotencyKeyHeader, MaxIdempotencyKeyLength);
    }

    public ActorId Actor { get; }

    public Scopes Scopes { get; }

    public string CorrelationId { get; }

    public string? IdempotencyKey { get; }

    public void MarkReplayed() => _http?.Response.Headers[ReplayedHeader] = "true";

    private string? Header(string name, int maxLength)
    {
        if (_http is null || !_http.Request.Headers.TryGetValue(name, out var values))
            return null;
        return values is [{ Length: > 0 } value] && value.Length <= maxLength && value.All(c => c is > ' ' and <= '~')
            ? value
            : throw new MalformedRequestException(new RequestError(
                "header.malformed", $"{name} must be given once and have 1 to {maxLength} visible ASCII characters.", Parameter: name));
    }
}
