using TaskManagement.Domain.Tasks;

namespace TaskManagement.Application.Analytics;

/// <summary>The analytics in memory: made of the log anew, they are what the tables should hold.</summary>
public sealed class AnalyticsInMemory : IAnalyticsStore
{
    private readonly Dictionary<TaskId, AnalyticsTask> _tasks = [];
    private readonly Dictionary<AnalyticsKey, AnalyticsDay> _days = [];

    /// <summary>All tasks.</summary>
    public IReadOnlyDictionary<TaskId, AnalyticsTask> Tasks => _tasks;

    /// <summary>All days.</summary>
    public IReadOnlyDictionary<AnalyticsKey, AnalyticsDay> Days => _days;

    /// <inheritdoc />
    public Task<IReadOnlyList<AnalyticsTask>> FindAsync(IReadOnlyCollection<TaskId> tasks, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<AnalyticsTask>>([.. tasks.Select(_tasks.GetValueOrDefault).OfType<AnalyticsTask>()]);

    /// <inheritdoc />
    public Task<IReadOnlyList<AnalyticsDay>> FindAsync(IReadOnlyCollection<AnalyticsKey> days, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<AnalyticsDay>>([.. days.Select(_days.GetValueOrDefault).OfType<AnalyticsDay>()]);

    /// <inheritdoc />
    public void Add(AnalyticsTask task) => _tasks.Add(task.Id, task);

    /// <inheritdoc />
    public void Add(AnalyticsDay day) => _days.Add(day.Key, day);

    /// <inheritdoc />
    public Task ClearAsync(CancellationToken cancellationToken)
    {
        _tasks.Clear();
        _days.Clear();
        return Task.CompletedTask;
    }
}
