using TaskManagement.Domain.Common;

namespace TaskManagement.Application.Common.EventLog;

/// <summary>Compares what a projection keeps with what it would keep if it were made of the log anew.</summary>
public interface IProjectionCheck
{
    /// <summary>The subscription that keeps the projection. What it has not handled yet is not compared.</summary>
    string Subscription { get; }

    /// <summary>Says in a sentence each where they differ.</summary>
    /// <param name="events">All events that the subscription has handled, in the order of the log.</param>
    /// <param name="cancellationToken">Ends the comparison.</param>
    Task<IReadOnlyList<string>> FindDifferencesAsync(IAsyncEnumerable<IDomainEvent> events, CancellationToken cancellationToken);
}
