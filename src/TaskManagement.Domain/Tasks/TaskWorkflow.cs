namespace TaskManagement.Domain.Tasks;

/// <summary>Which status may follow which.</summary>
internal static class TaskWorkflow
{
    public static bool Allows(TaskItemStatus before, TaskItemStatus after) => From(before).Contains(after);

    public static string WordsFrom(TaskItemStatus before) => string.Join(" or ", From(before).Select(Word));

    public static string Word(TaskItemStatus status) => status == TaskItemStatus.InProgress ? "in progress" : status.ToString().ToLowerInvariant();

    private static TaskItemStatus[] From(TaskItemStatus before) => before switch
    {
        TaskItemStatus.Pending => [TaskItemStatus.InProgress, TaskItemStatus.Cancelled],
        TaskItemStatus.InProgress => [TaskItemStatus.Completed, TaskItemStatus.Cancelled],
        _ => [TaskItemStatus.Pending],
    };
}
