using TaskManagement.Domain.Common;

namespace TaskManagement.Application.Common.EventLog;

/// <summary>
/// An after-commit handler that takes the events of a batch together, so that it can read at once what they touch. A batch that fails is
/// handed over once more event by event, like that of any other handler.
/// </summary>
public interface IBatchHandler
{
    /// <summary>Handles several events, in the order in which they are given, in one transaction.</summary>
    /// <param name="batch">At most as many as the subscription's batch size.</param>
    /// <param name="cancellationToken">Fires at the end of the attempt's time.</param>
    Task HandleAsync(IReadOnlyList<Committed<IDomainEvent>> batch, CancellationToken cancellationToken);
}
