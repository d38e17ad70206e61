using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace TaskManagement.Application.Common.Telemetry;

/// <summary>The service's own spans and instruments, all under the name <c>TaskManagement</c>.</summary>
public static class Instrumentation
{
    /// <summary>The name of the activity source and of the meter.</summary>
    public const string Name = "TaskManagement";

    /// <summary>Spans: one for each request, and one for each in-transaction handler.</summary>
    public static readonly ActivitySource Source = new(Name);

    private static readonly Meter Meter = new(Name);

    /// <summary>Duration of requests in seconds, by <c>request</c> and <c>outcome</c>.</summary>
    public static readonly Histogram<double> RequestDuration =
        Meter.CreateHistogram<double>("taskmanagement.request.duration", "s", "Duration of commands and queries.");

    /// <summary>Commands that were not carried out, by <c>command</c>, <c>code</c> and whether the event log has a record of it (<c>recorded</c>).</summary>
    public static readonly Counter<long> CommandFailures =
        Meter.CreateCounter<long>("taskmanagement.command.failures", "{command}", "Commands that failed or were denied.");

    /// <summary>Duration of in-transaction handlers in seconds, by <c>handler</c>, <c>event</c> and <c>outcome</c>.</summary>
    public static readonly Histogram<double> HandlerDuration =
        Meter.CreateHistogram<double>("taskmanagement.handler.duration", "s", "Duration of in-transaction notification handlers.");

    /// <summary>Events appended to the log, by <c>event</c>.</summary>
    public static readonly Counter<long> EventsAppended =
        Meter.CreateCounter<long>("taskmanagement.events.appended", "{event}", "Events appended to the log, whether or not the transaction commits.");
}
