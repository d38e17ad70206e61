namespace TaskManagement.Domain.Alerts;

/// <summary>How much an alert matters.</summary>
public enum AlertSeverity
{
    /// <summary>Worth knowing; nothing is at a standstill.</summary>
    Warning = 0,

    /// <summary>Something does not work, and someone has to look at it.</summary>
    Error = 1,
}
