namespace TaskManagement.Application.Analytics;

/// <summary>What happened to the tasks of one project and one person on one day, in UTC.</summary>
/// <param name="key">Which day, project and person.</param>
public sealed class AnalyticsDay(AnalyticsKey key)
{
    private AnalyticsDay()
        : this(default)
    {
    }

    /// <summary>The day, in UTC.</summary>
    public DateOnly Day { get; private set; } = key.Day;

    /// <summary>The project; zeros for tasks in none.</summary>
    public Guid ProjectId { get; private set; } = key.ProjectId;

    /// <summary>The person to whom the tasks were assigned at the time; zeros for no one.</summary>
    public Guid PersonId { get; private set; } = key.PersonId;

    /// <summary>Tasks created.</summary>
    public long Created { get; private set; }

    /// <summary>Tasks completed. One that was reopened and completed again counts again.</summary>
    public long Completed { get; private set; }

    /// <summary>Tasks cancelled.</summary>
    public long Cancelled { get; private set; }

    /// <summary>Tasks reopened, after they were completed or cancelled.</summary>
    public long Reopened { get; private set; }

    /// <summary>All completion times together, in milliseconds.</summary>
    public long CompletionTotal { get; private set; }

    /// <summary>The shortest completion time in milliseconds; null if none is known.</summary>
    public long? CompletionMin { get; private set; }

    /// <summary>The longest completion time in milliseconds; null if none is known.</summary>
    public long? CompletionMax { get; private set; }

    /// <summary>Tasks completed within an hour.</summary>
    public long WithinHour { get; private set; }

    /// <summary>Tasks completed within a day, and not within an hour.</summary>
    public long WithinDay { get; private set; }

    /// <summary>Tasks completed within seven days, and not within one.</summary>
    public long WithinWeek { get; private set; }

    /// <summary>Tasks completed within thirty days, and not within seven.</summary>
    public long WithinMonth { get; private set; }

    /// <summary>Tasks that took longer to complete.</summary>
    public long Longer { get; private set; }

    /// <summary>Which day, project and person.</summary>
    public AnalyticsKey Key => new(Day, ProjectId, PersonId);

    internal void Count(AnalyticsFact fact)
    {
        switch (fact)
        {
            case AnalyticsFact.Created:
                Created++;
                break;
            case AnalyticsFact.Completed:
                Completed++;
                break;
            case AnalyticsFact.Cancelled:
                Cancelled++;
                break;
            case AnalyticsFact.Reopened:
                Reopened++;
                break;
        }
    }

    internal void Time(TimeSpan completion)
    {
        // Two nodes' clocks may differ by more than a task took.
        var milliseconds = Math.Max(0, (long)completion.TotalMilliseconds);
        CompletionTotal += milliseconds;
        CompletionMin = Math.Min(CompletionMin ?? milliseconds, milliseconds);
        CompletionMax = Math.Max(CompletionMax ?? milliseconds, milliseconds);
        if (completion <= TimeSpan.FromHours(1))
            WithinHour++;
        else if (completion <= TimeSpan.FromDays(1))
            WithinDay++;
        else if (completion <= TimeSpan.FromDays(7))
            WithinWeek++;
        else if (completion <= TimeSpan.FromDays(30))
            WithinMonth++;
        else
            Longer++;
    }
}

/// <summary>By what tasks are counted.</summary>
/// <param name="Day">The day, in UTC.</param>
/// <param name="ProjectId">The project; zeros for none.</param>
/// <param name="PersonId">The person; zeros for no one.</param>
public readonly record struct AnalyticsKey(DateOnly Day, Guid ProjectId, Guid PersonId);

/// <summary>What is counted.</summary>
internal enum AnalyticsFact
{
    Created,
    Completed,
    Cancelled,
    Reopened,
}
