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

    /// <summary>What this installation calls itself in the CloudEvents it publishes: a URI reference.</summary>
    [Required(ErrorMessage = "Events:Source must not be empty.")]
    public string Source { get; set; } = "/taskmanagement";

    /// <summary>How many failed commands of one actor with one code this node records a minute; the others are counted only.</summary>
    [Range(0, 100_000, ErrorMessage = "Events:FailuresPerMinute must be between 0 and 100000.")]
    public int FailuresPerMinute { get; set; } = 10;
}
