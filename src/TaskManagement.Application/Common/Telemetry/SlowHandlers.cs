using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TaskManagement.Application.Monitoring;

namespace TaskManagement.Application.Common.Telemetry;

/// <summary>
/// Tells of notification handlers that take long, in-transaction ones and after-commit ones: a counter counts each time, and a warning in the
/// log tells of each handler once a minute at most, however many events it is slow with.
/// </summary>
/// <param name="options">From when on a handler is slow.</param>
/// <param name="clock">When it was told of last.</param>
/// <param name="logger">Where it is told.</param>
public sealed partial class SlowHandlers(IOptions<MonitoringOptions> options, TimeProvider clock, ILogger<SlowHandlers> logger)
{
    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, long> _told = new(StringComparer.Ordinal);

    /// <summary>Notes how long a handler took with an event. Cheap if it was not slow.</summary>
    /// <param name="handler">The handler: the name of its class, or of its subscription.</param>
    /// <param name="eventType">What it handled.</param>
    /// <param name="elapsed">How long it took.</param>
    public void Report(string handler, string eventType, TimeSpan elapsed)
    {
        if (elapsed.TotalMilliseconds < options.Value.SlowHandlerMilliseconds)
            return;
        Instrumentation.SlowHandlers.Add(1, new("handler", handler), new("event", eventType));
        var now = clock.GetTimestamp();
        // Of several at once, the one whose time is kept tells.
        if (_told.TryGetValue(handler, out var last)
            ? clock.GetElapsedTime(last, now) >= Silence && _told.TryUpdate(handler, now, last)
            : _told.TryAdd(handler, now))
            WasSlow(handler, elapsed.TotalMilliseconds, eventType);
    }

    [LoggerMessage(1, LogLevel.Warning, "{Handler} took {Milliseconds:0} ms to handle {Event}")]
    private partial void WasSlow(string handler, double milliseconds, string @event);
}
