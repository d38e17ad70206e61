using TaskManagement.Domain.Common;

namespace TaskManagement.Application.Common.EventLog;

/// <summary>
/// Compares what a projection keeps with what it would keep if it were made of the log anew. Found by scanning, one instance for each
/// verification; the database shows it one moment, whatever is written meanwhile, and takes no writes.
/// </summary>
public interface IProjectionCheck
{
    /// <summary>The subscription that keeps the projection. What it has not handled yet is not compared.</summary>
    string Subscription { get; }

    /// <summary>Says where they differ.</summary>
    /// <param name="events">All events that the subscription has handled, in the order of the log. To be read once, before the projection is.</param>
    /// <param name="cancellationToken">Ends the comparison.</param>
    IAsyncEnumerable<ProjectionDifference> FindDifferencesAsync(IAsyncEnumerable<IDomainEvent> events, CancellationToken cancellationToken);
}

/// <summary>Something in a projection that is not as the log says.</summary>
/// <param name="Row">Which row, in words that tell it from others.</param>
/// <param name="Column">The column; null if it is about the row as a whole.</param>
/// <param name="Stored">What the projection has; of a row as a whole, null if it has none.</param>
/// <param name="ByLog">What the log says; of a row as a whole, null if there should be none.</param>
public sealed record ProjectionDifference(string Row, string? Column, object? Stored, object? ByLog);
