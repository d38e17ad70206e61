using System.Globalization;
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
    public static readonly TaskNews Assigned = new("Assigned to you", "was assigned to you", SaysWhenDue: true);
    public static readonly TaskNews Taken = new("Assigned", "was assigned");
    public static readonly TaskNews Reassigned = new("No longer yours", "was assigned to someone else");
    public static readonly TaskNews Unassigned = new("No longer yours", "is not assigned to you any more, nor to anyone else");
    public static readonly TaskNews Completed = new("Completed", "was completed");
    public static readonly TaskNews Reopened = new("Reopened", "was taken up again");

    public static TaskNews Of(TaskCancelled cancelled) =>
        new("Cancelled", "was cancelled", cancelled.Reason is { } reason ? $"Reason: {reason}" : null);

    public static TaskNews Of(TaskRescheduled rescheduled) => new(
        rescheduled.After is null ? "No due date" : "New due date",
        rescheduled.After is { } after ? $"is due {InWords(after)} now" : "has no due date any more",
        rescheduled.Before is { } before ? $"Before, it was due {InWords(before)}." : null);

    /// <summary>A due date as people read it.</summary>
    public static string InWords(DueDate due) =>
        due.Date is { } date
            ? date.ToString("'on' yyyy-MM-dd", CultureInfo.InvariantCulture)
            : due.DateTime!.Value.ToString("'on' yyyy-MM-dd 'at' HH:mm", CultureInfo.InvariantCulture) + (due.TimeZone is { } zone ? $" ({zone})" : "");
}
