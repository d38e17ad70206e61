namespace TaskManagement.Domain.Tasks;

/// <summary>Where a task stands in its workflow.</summary>
public enum TaskItemStatus
{
    /// <summary>Not begun. From here: in progress, cancelled.</summary>
    Pending = 0,

    /// <summary>Being worked on. From here: completed, cancelled.</summary>
    InProgress = 1,

    /// <summary>Done. From here: reopened to pending.</summary>
    Completed = 2,

    /// <summary>Given up. From here: reopened to pending.</summary>
    Cancelled = 3,
}

/// <summary>How urgent a task is, in ascending order.</summary>
public enum TaskPriority
{
    /// <summary>Not prioritised.</summary>
    None = 0,

    /// <summary>When there is time.</summary>
    Low = 1,

    /// <summary>In its turn.</summary>
    Medium = 2,

    /// <summary>Before others.</summary>
    High = 3,

    /// <summary>Now.</summary>
    Urgent = 4,
}
