using Microsoft.Extensions.Options;
using TaskManagement.Api.Http;
using TaskManagement.Application.Audit;
using TaskManagement.Application.Common;
using TaskManagement.Infrastructure.EventLog;

namespace TaskManagement.Api.Audit;

/// <summary>Sends the audit trail as a file while it is read. A file that ends as it should is complete; whatever goes wrong breaks the connection.</summary>
internal sealed partial class AuditFiles(
    IHostApplicationLifetime lifetime, IDatabaseFaults database, IOptions<EventsOptions> options, ILogger<AuditFiles> logger)
{
    private readonly TimeSpan _patience = TimeSpan.FromSeconds(options.Value.StreamWriteSeconds);

    public async Task SendAsync(HttpContext http, OpenAudit audit, IAuditFormat format)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, lifetime.ApplicationStopping);
        using var body = new PatientBody(http.Response, _patience, lifetime.ApplicationStopping);
        await using var entries = audit.Entries.GetAsyncEnumerator(ending.Token);
        var hasBegun = false;
        try
        {
            // The first part is read before anything is written, so that what fails at once is told of by a problem document.
            var isThere = await entries.MoveNextAsync();
            hasBegun = true;
            Describe(http.Response, audit, format);
            format.Begin(body.Writer);
            for (; isThere; isThere = await entries.MoveNextAsync())
            {
                format.Write(body.Writer, entries.Current);
                await body.FlushIfFullAsync();
            }

            await body.FlushAsync();
        }
        catch (OperationCanceledException) when (body.IsTooSlow || ending.IsCancellationRequested)
        {
            BrokenOff(http.TraceIdentifier, body.IsTooSlow ? "the client does not read" : "the client is gone, or the process ends");
            http.Abort();
        }
        catch (Exception exception) when (hasBegun && database.IsUnavailable(exception))
        {
            Unavailable(http.TraceIdentifier, exception.GetBaseException().Message);
            http.Abort();
        }
        catch (Exception exception) when (hasBegun)
        {
            Failed(http.TraceIdentifier, exception);
            http.Abort();
        }
    }

    private static void Describe(HttpResponse response, OpenAudit audit, IAuditFormat format)
    {
        response.ContentType = $"{format.MediaType}; charset=utf-8";
        response.Headers.ContentDisposition = $"attachment; filename=\"audit-{audit.Position}.{format.Extension}\"";
        // It holds personal data, and is asked for again rather than kept on the way.
        response.Headers.CacheControl = "no-store";
    }

    [LoggerMessage(1, LogLevel.Information, "Export {Request} was broken off: {Reason}")]
    private partial void BrokenOff(string request, string reason);

    [LoggerMessage(2, LogLevel.Warning, "Export {Request} was broken off because the database can't be used: {Cause}")]
    private partial void Unavailable(string request, string cause);

    [LoggerMessage(3, LogLevel.Error, "Export {Request} was broken off")]
    private partial void Failed(string request, Exception exception);
}
