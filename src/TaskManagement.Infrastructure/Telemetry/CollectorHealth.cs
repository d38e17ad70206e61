using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OpenTelemetry;

namespace TaskManagement.Infrastructure.Telemetry;

/// <summary>Knows whether the collector takes what is sent, and says so once whenever that changes.</summary>
internal sealed partial class CollectorHealth(IOptions<OtlpOptions> options, ILogger<CollectorHealth> logger)
{
    private bool _fails;

    /// <summary>Host and port alone: the rest of an address may hold a password.</summary>
    private string Collector => new Uri(options.Value.Endpoint).Authority;

    /// <summary>Notes how an export ended.</summary>
    public ExportResult Note(ExportResult result)
    {
        var fails = result == ExportResult.Failure;
        if (Interlocked.Exchange(ref _fails, fails) != fails)
        {
            if (fails)
                Unreachable(Collector);
            else
                ReachableAgain(Collector);
        }

        return result;
    }

    [LoggerMessage(1, LogLevel.Warning, "The collector at {Collector} (Otlp:Endpoint) does not take traces and metrics; they are dropped until it does")]
    private partial void Unreachable(string collector);

    [LoggerMessage(2, LogLevel.Information, "The collector at {Collector} takes traces and metrics again")]
    private partial void ReachableAgain(string collector);
}
