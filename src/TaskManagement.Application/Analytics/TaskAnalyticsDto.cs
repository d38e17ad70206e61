namespace TaskManagement.Application.Analytics;

/// <summary>What happened to the tasks of one day, one project or one person, of the days that were asked for.</summary>
public sealed record TaskAnalyticsDto
{
    /// <summary>The day, in UTC; null unless the items are days.</summary>
    public DateOnly? Day { get; init; }

    /// <summary>The project; null for tasks in none, and unless the items are projects.</summary>
    public Guid? ProjectId { get; init; }

    /// <summary>The person to whom the tasks were assigned at the time; null for no one, and unless the items are people.</summary>
    public Guid? PersonId { get; init; }

    /// <summary>Tasks created.</summary>
    public required long Created { get; init; }

    /// <summary>Tasks completed. One that was reopened and completed again counts again.</summary>
    public required long Completed { get; init; }

    /// <summary>Tasks cancelled.</summary>
    public required long Cancelled { get; init; }

    /// <summary>Tasks reopened, after they were completed or cancelled.</summary>
    public required long Reopened { get; init; }

    /// <summary>How long the completed tasks took; null if none was completed.</summary>
    public required CompletionTimeDto? CompletionTime { get; init; }
}

/// <summary>How long tasks took from their creation, or from their last reopening, to their completion.</summary>
public sealed record CompletionTimeDto
{
    /// <summary>The number of tasks.</summary>
    public required long Tasks { get; init; }

    /// <summary>The mean, in seconds.</summary>
    public required double MeanSeconds { get; init; }

    /// <summary>The shortest, in seconds.</summary>
    public required double MinSeconds { get; init; }

    /// <summary>The longest, in seconds.</summary>
    public required double MaxSeconds { get; init; }

    /// <summary>Tasks that took an hour at most.</summary>
    public required long WithinHour { get; init; }

    /// <summary>Tasks that took a day at most, and more than an hour.</summary>
    public required long WithinDay { get; init; }

    /// <summary>Tasks that took seven days at most, and more than one.</summary>
    public required long WithinWeek { get; init; }

    /// <summary>Tasks that took thirty days at most, and more than seven.</summary>
    public required long WithinMonth { get; init; }

    /// <summary>Tasks that took more than thirty days.</summary>
    public required long Longer { get; init; }
}
