namespace TaskManagement.Application.Notifications;

/// <summary>Why a person is told what happened to a task. Who has several reasons is told once, for the first of them.</summary>
public enum Concern
{
    /// <summary>A comment mentions them.</summary>
    Mentioned,

    /// <summary>The task is assigned to them.</summary>
    Assignee,

    /// <summary>The task was assigned to them before.</summary>
    PreviousAssignee,

    /// <summary>They created the task.</summary>
    Creator,

    /// <summary>They watch the task.</summary>
    Watcher,
}

/// <summary>What people are told of.</summary>
public enum NotificationKind
{
    /// <summary>A task was given to someone.</summary>
    Assigned,

    /// <summary>A task was taken from the person.</summary>
    Unassigned,

    /// <summary>A comment mentions the person.</summary>
    Mentioned,

    /// <summary>A task has a new comment.</summary>
    Commented,

    /// <summary>A task was completed.</summary>
    Completed,

    /// <summary>A task was taken up again.</summary>
    Reopened,

    /// <summary>A task was given up.</summary>
    Cancelled,

    /// <summary>The due date of a task changed.</summary>
    Rescheduled,
}

/// <summary>A way to tell people.</summary>
public enum NotificationChannel
{
    /// <summary>By mail.</summary>
    Mail,

    /// <summary>In the list of notifications.</summary>
    Inbox,
}
