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

    /// <summary>Duration of attempts of after-commit handlers in seconds, by <c>subscription</c>, <c>event</c> and <c>outcome</c>.</summary>
    public static readonly Histogram<double> DeliveryDuration =
        Meter.CreateHistogram<double>("taskmanagement.delivery.duration", "s", "Duration of attempts of after-commit handlers.");

    /// <summary>Failed attempts after which an event waits for its next one, by <c>subscription</c>.</summary>
    public static readonly Counter<long> EventsParked =
        Meter.CreateCounter<long>("taskmanagement.delivery.parked", "{event}", "Failed attempts after which an event waits for its next one.");

    /// <summary>Events that became dead letters, by <c>subscription</c>.</summary>
    public static readonly Counter<long> DeadLetters =
        Meter.CreateCounter<long>("taskmanagement.delivery.dead", "{event}", "Events that became dead letters.");

    /// <summary>Leases that were lost to another node, by <c>subscription</c>.</summary>
    public static readonly Counter<long> LeasesLost =
        Meter.CreateCounter<long>("taskmanagement.delivery.leases_lost", "{lease}", "Leases that were lost to another node.");

    /// <summary>Deliveries that were not repeated because the commit had taken place although its answer was lost, by <c>subscription</c>.</summary>
    public static readonly Counter<long> DuplicatesSuppressed =
        Meter.CreateCounter<long>("taskmanagement.delivery.duplicates_suppressed", "{event}", "Deliveries that were found committed although the answer was lost.");

    /// <summary>Events that were given their positions.</summary>
    public static readonly Counter<long> EventsNumbered =
        Meter.CreateCounter<long>("taskmanagement.events.numbered", "{event}", "Events that were given their positions.");

    /// <summary>Events appended to the log, by <c>event</c>.</summary>
    public static readonly Counter<long> EventsAppended =
        Meter.CreateCounter<long>("taskmanagement.events.appended", "{event}", "Events appended to the log, whether or not the transaction commits.");

    /// <summary>Events that came to the monitoring after their commit, by <c>event</c>.</summary>
    public static readonly Counter<long> EventsHandled =
        Meter.CreateCounter<long>("taskmanagement.events.handled", "{event}", "Committed events, as they come to the monitoring.");

    /// <summary>Time from an event's occurrence until a handler gets it, in seconds, by <c>event</c>.</summary>
    public static readonly Histogram<double> EventLatency =
        Meter.CreateHistogram<double>("taskmanagement.event.latency", "s", "Time from the occurrence of an event until an after-commit handler gets it.");

    /// <summary>Time from a task's creation to its completion, in seconds.</summary>
    public static readonly Histogram<double> CompletionTime =
        Meter.CreateHistogram<double>("taskmanagement.task.completion_time", "s", "Time from the creation of a task to its completion.");

    /// <summary>Times that a notification handler was slow, by <c>handler</c> and <c>event</c>.</summary>
    public static readonly Counter<long> SlowHandlers =
        Meter.CreateCounter<long>("taskmanagement.handler.slow", "{call}", "Calls of notification handlers that took longer than Monitoring:SlowHandlerMilliseconds.");
}
