using TaskManagement.Domain.Tasks;

namespace TaskManagement.Application.Analytics;

/// <summary>Where the analytics are kept. What is found in it is changed in place.</summary>
public interface IAnalyticsStore
{
    /// <summary>Those of these tasks that are known.</summary>
    Task<IReadOnlyList<AnalyticsTask>> FindAsync(IReadOnlyCollection<TaskId> tasks, CancellationToken cancellationToken);

    /// <summary>Those of these days that are known, and maybe others.</summary>
    Task<IReadOnlyList<AnalyticsDay>> FindAsync(IReadOnlyCollection<AnalyticsKey> days, CancellationToken cancellationToken);

    /// <summary>Adds a task.</summary>
    void Add(AnalyticsTask task);

    /// <summary>Adds a day.</summary>
    void Add(AnalyticsDay day);

    /// <summary>Forgets everything.</summary>
    Task ClearAsync(CancellationToken cancellationToken);
}
