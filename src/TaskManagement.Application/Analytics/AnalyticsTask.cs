using TaskManagement.Domain.Tasks;

namespace TaskManagement.Application.Analytics;

/// <summary>What has to be remembered of a task, since later events do not repeat it.</summary>
/// <param name="id">The task.</param>
/// <param name="openedAt">When it was created.</param>
public sealed class AnalyticsTask(TaskId id, DateTimeOffset openedAt)
{
    private AnalyticsTask()
        : this(default, default)
    {
    }

    /// <summary>The task.</summary>
    public TaskId Id { get; private set; } = id;

    /// <summary>When it was created, or last reopened, in UTC.</summary>
    public DateTimeOffset OpenedAt { get; internal set; } = openedAt;

    /// <summary>Its project; zeros for none.</summary>
    public Guid ProjectId { get; internal set; }

    /// <summary>The person to whom it is assigned; zeros for no one.</summary>
    public Guid PersonId { get; internal set; }
}
