using TaskManagement.Domain.Common;
using TaskManagement.Domain.Tasks.Events;

namespace TaskManagement.Domain.Tasks;

/// <summary>What someone said about a task. It is no aggregate: <see cref="TaskCommented"/> tells all of it.</summary>
public sealed class TaskComment
{
    private TaskComment()
    {
    }

    /// <summary>The id.</summary>
    public CommentId Id { get; private set; }

    /// <summary>The task.</summary>
    public TaskId TaskId { get; private set; }

    /// <summary>What was said, in Markdown; see <see cref="CommentText"/>.</summary>
    public string Text { get; private set; } = "";

    /// <summary>When it was said, in UTC.</summary>
    public DateTimeOffset CreatedAt { get; private set; }

    /// <summary>Who said it.</summary>
    public ActorId CreatedBy { get; private set; }

    /// <summary>The comment that an event tells of.</summary>
    /// <param name="commented">The event.</param>
    /// <param name="by">Who caused it.</param>
    public static TaskComment Of(TaskCommented commented, ActorId by) => new()
    {
        Id = commented.CommentId,
        TaskId = commented.TaskId,
        Text = commented.Text,
        CreatedAt = commented.OccurredAt,
        CreatedBy = by,
    };
}
