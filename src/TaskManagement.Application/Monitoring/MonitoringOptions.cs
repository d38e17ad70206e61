using System.ComponentModel.DataAnnotations;

namespace TaskManagement.Application.Monitoring;

/// <summary>The section <c>Monitoring</c> of the configuration.</summary>
public sealed class MonitoringOptions
{
    /// <summary>The name of the section.</summary>
    public const string Section = "Monitoring";

    /// <summary>From how many milliseconds on a notification handler is slow.</summary>
    [Range(1, 3_600_000, ErrorMessage = "Monitoring:SlowHandlerMilliseconds must be between 1 and 3600000.")]
    public int SlowHandlerMilliseconds { get; set; } = 1000;
}
