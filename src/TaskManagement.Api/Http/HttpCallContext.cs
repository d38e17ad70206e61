using System.Diagnostics;
using TaskManagement.Application.Common;
using TaskManagement.Application.Identity;
using TaskManagement.Domain.Common;
using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Projects;

namespace TaskManagement.Api.Http;

/// <summary>The call as its HTTP request tells of it; outside a request, the service itself acts.</summary>
internal sealed class HttpCallContext : ICallContext
{
    public const string CorrelationIdHeader = "X-Correlation-Id";
    public const string IdempotencyKeyHeader = "Idempotency-Key";
    public const string ReplayedHeader = "Idempotency-Replayed";

    private const int MaxCorrelationIdLength = 128;
    private const int MaxIdempotencyKeyLength = 255;
    private static readonly Caller Service = new(new("system:service"), Scopes.Admin);
    private static readonly Caller Nobody = new(new("system:anonymous"), Scopes.None);

    private readonly HttpContext? _http;

    /// <exception cref="MalformedRequestException">A header of the request is malformed.</exception>
    public HttpCallContext(IHttpContextAccessor accessor)
    {
        _http = accessor.HttpContext;
        Address = _http?.Connection.RemoteIpAddress is { } address ? ClientAddress.Format(address) : null;
        (Actor, Scopes, Project, Session) = _http is null ? Service : _http.Features.Get<Caller>() ?? Nobody;
        CorrelationId = Header(CorrelationIdHeader, MaxCorrelationIdLength)
            ?? Activity.Current?.TraceId.ToHexString()
            ?? _http?.TraceIdentifier
            ?? Guid.CreateVersion7().ToString();
        // Who is not known has no keys of their own: others could ask for the same one.
        if (_http is not null && HttpMethods.IsPost(_http.Request.Method) && Header(IdempotencyKeyHeader, MaxIdempotencyKeyLength) is { } key && Actor != Nobody.Actor)
            IdempotencyKey = key;
    }

    public ActorId Actor { get; }

    public Scopes Scopes { get; }

    public ProjectId? Project { get; }

    public string? Address { get; }

    public SessionId? Session { get; }

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
