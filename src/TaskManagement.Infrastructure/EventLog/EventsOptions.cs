using System.ComponentModel.DataAnnotations;

namespace TaskManagement.Infrastructure.EventLog;

/// <summary>The section <c>Events</c> of the configuration.</summary>
public sealed class EventsOptions
{
    /// <summary>The name of the section.</summary>
    public const string Section = "Events";

    /// <summary>How many times handlers may raise further events in answer to events of one transaction.</summary>
    [Range(1, 1000, ErrorMessage = "Events:MaxRounds must be between 1 and 1000.")]
    public int MaxRounds { get; set; } = 32;

    /// <summary>How many after-commit handlers may lead to an event, one after the other.</summary>
    [Range(1, 1000, ErrorMessage = "Events:MaxCausationDepth must be between 1 and 1000.")]
    public int MaxCausationDepth { get; set; } = 16;

    /// <summary>Whether this process delivers events to after-commit handlers. One that does not still records and numbers them.</summary>
    public bool Deliver { get; set; } = true;

    /// <summary>How long, in seconds, a subscription stays with a node that is not heard of. Its work is then taken over.</summary>
    [Range(1, 300, ErrorMessage = "Events:LeaseSeconds must be between 1 and 300.")]
    public int LeaseSeconds { get; set; } = 12;

    /// <summary>
    /// How long, in milliseconds, progress without a trace in the database waits to be written, for all subscriptions at once. What was handled
    /// in this time is handled again if the process is killed.
    /// </summary>
    [Range(1, 60000, ErrorMessage = "Events:AcknowledgeMilliseconds must be between 1 and 60000.")]
    public int AcknowledgeMilliseconds { get; set; } = 200;

    /// <summary>How long, in seconds, handlers may go on when the process is asked to stop; the host waits for 30.</summary>
    [Range(0, 25, ErrorMessage = "Events:DrainSeconds must be between 0 and 25.")]
    public int DrainSeconds { get; set; } = 5;

    /// <summary>What this installation calls itself in the CloudEvents it publishes: a URI reference.</summary>
    [Required(ErrorMessage = "Events:Source must not be empty.")]
    public string Source { get; set; } = "/taskmanagement";

    /// <summary>How many failed commands of one actor with one code this node records a minute; the others are counted only.</summary>
    [Range(0, 100_000, ErrorMessage = "Events:FailuresPerMinute must be between 0 and 100000.")]
    public int FailuresPerMinute { get; set; } = 10;

    /// <summary>The most streams of events that are open on this node at once.</summary>
    [Range(0, 1_000_000, ErrorMessage = "Events:MaxStreams must be between 0 and 1000000.")]
    public int MaxStreams { get; set; } = 2000;

    /// <summary>For how long, in seconds, a stream is silent at most: then a comment says that it lives, and its token is looked at again.</summary>
    [Range(1, 3600, ErrorMessage = "Events:StreamHeartbeatSeconds must be between 1 and 3600.")]
    public int StreamHeartbeatSeconds { get; set; } = 15;

    /// <summary>How long, in seconds, a client of a stream may leave unread what it is sent before it is disconnected.</summary>
    [Range(1, 3600, ErrorMessage = "Events:StreamWriteSeconds must be between 1 and 3600.")]
    public int StreamWriteSeconds { get; set; } = 10;
}
