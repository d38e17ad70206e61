namespace TaskManagement.Application.Operations;

/// <summary>Runs a handler without keeping what it does.</summary>
public interface IDeliveryTest
{
    /// <summary>Hands a recorded event to the handler of a subscription, in a transaction that is rolled back. Null if there is no such event.</summary>
    Task<HandlerTestDto?> RunAsync(string subscription, Guid eventId, CancellationToken cancellationToken);
}

/// <summary>What a handler did with an event when nothing of it was kept.</summary>
public sealed record HandlerTestDto
{
    /// <summary>The subscription.</summary>
    public required string Subscription { get; init; }

    /// <summary>The class of the handler.</summary>
    public required string Handler { get; init; }

    /// <summary>The event that it was given.</summary>
    public required EventDto Event { get; init; }

    /// <summary>How it ended.</summary>
    public required HandlerOutcome Outcome { get; init; }

    /// <summary>How long it took, in milliseconds.</summary>
    public required double DurationMilliseconds { get; init; }

    /// <summary>The error that it ended with, or null.</summary>
    public required HandlerErrorDto? Error { get; init; }

    /// <summary>The events that it would have raised.</summary>
    public required IReadOnlyList<RaisedEventDto> Raised { get; init; }

    /// <summary>The rows that it would have changed.</summary>
    public required IReadOnlyList<RowChangeDto> Changes { get; init; }
}

/// <summary>How a handler ended.</summary>
public enum HandlerOutcome
{
    /// <summary>It handled the event.</summary>
    Handled,

    /// <summary>It failed, and would be tried again.</summary>
    Failed,

    /// <summary>It failed in a way after which no further attempt makes sense.</summary>
    FailedForGood,

    /// <summary>It took longer than its policy allows.</summary>
    TimedOut,

    /// <summary>It does not take events of this type.</summary>
    NotTaken,
}

/// <summary>An error of a handler.</summary>
/// <param name="Type">The class of the exception.</param>
/// <param name="Message">What it says.</param>
public sealed record HandlerErrorDto(string Type, string Message);

/// <summary>An event that a handler would have raised.</summary>
/// <param name="Type">Its type.</param>
/// <param name="Subject">The aggregate that it is about.</param>
public sealed record RaisedEventDto(string Type, Guid Subject);

/// <summary>Rows that a handler would have changed.</summary>
/// <param name="Table">The table.</param>
/// <param name="Added">How many rows it would have added.</param>
/// <param name="Changed">How many rows it would have changed.</param>
/// <param name="Deleted">How many rows it would have deleted.</param>
public sealed record RowChangeDto(string Table, int Added, int Changed, int Deleted);
