using System.ComponentModel.DataAnnotations;

namespace TaskManagement.Infrastructure.Alerts;

/// <summary>The section <c>Alerts</c> of the configuration.</summary>
public sealed class AlertsOptions
{
    /// <summary>The name of the section.</summary>
    public const string Section = "Alerts";

    /// <summary>How long, in minutes, no further alert is raised about the same kind of failure.</summary>
    [Range(0, 525_600, ErrorMessage = "Alerts:WindowMinutes must be between 0 and 525600.")]
    public int WindowMinutes { get; set; } = 60;
}
