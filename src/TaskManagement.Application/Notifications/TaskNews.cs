using System.Globalization;
using TaskManagement.Domain.Common;
using TaskManagement.Domain.Tasks;
using TaskManagement.Domain.Tasks.Events;

namespace TaskManagement.Application.Notifications;

/// <summary>What happened to a task, in words.</summary>
/// <param name="Headline">What the subject begins with.</param>
/// <param name="Predicate">What follows the name of the task in a sentence.</param>
/// <param name="Detail">A sentence of its own, or null.</param>
/// <param name="SaysWhenDue">Whether the reader wants to know when the task is due.</param>
internal sealed record TaskNews(string Headline, string Predicate, string? Detail = null, bool SaysWhenDue = false)
{
    private static readonly TaskNews Assigned = new("Assigned to you", "was assigned to you", SaysWhenDue: true);
    private static readonly TaskNews Taken = new("Assigned", "was assigned");
    private static readonly TaskNews Reassigned = new("No longer yours", "was assigned to someone else");
    private static readonly TaskNews Unassigned = new("No longer yours", "is not assigned to you any more, nor to anyone else");
    private static readonly TaskNews Completed = new("Completed", "was completed");
    private static readonly TaskNews Reopened = new("Reopened", "was taken up again");

    /// <summary>What an event tells a person.</summary>
    /// <param name="happened">The event.</param>
    /// <param name="concern">Why it is this person who is told.</param>
    public static TaskNews Of(IDomainEvent happened, Concern concern) => happened switch
    {
        TaskAssigned => concern switch { Concern.Assignee => Assigned, Concern.PreviousAssignee => Reassigned, _ => Taken },
        TaskUnassigned => Unassigned,
        TaskCompleted => Completed,
        TaskReopened => Reopened,
        TaskCancelled cancelled => new("Cancelled", "was cancelled", cancelled.Reason is { } reason ? $"Reason: {reason}" : null),
        TaskRescheduled rescheduled => Of(rescheduled),
        TaskCommented { Text: var text } => concern == Concern.Mentioned
            ? new("Mentioned", "has a comment that mentions you", $"\n{text}")
            : new("New comment", "has a new comment", $"\n{text}"),
        _ => throw new ArgumentException($"There are no words for {happened.GetType().Name}.", nameof(happened)),
    };

    /// <summary>A due date as people read it.</summary>
    public static string InWords(DueDate due) =>
        due.Date is { } date
            ? date.ToString("'on' yyyy-MM-dd", CultureInfo.InvariantCulture)
            : due.DateTime!.Value.ToString("'on' yyyy-MM-dd 'at' HH:mm", CultureInfo.InvariantCulture) + (due.TimeZone is { } zone ? $" ({zone})" : "");

    private static TaskNews Of(TaskRescheduled rescheduled) => new(
        rescheduled.After is null ? "No due date" : "New due date",
        rescheduled.After is { } after ? $"is due {InWords(after)} now" : "has no due date any more",
        rescheduled.Before is { } before ? $"Before, it was due {InWords(before)}." : null);
}
