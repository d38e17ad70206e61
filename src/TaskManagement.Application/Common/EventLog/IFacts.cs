using TaskManagement.Domain.Common;

namespace TaskManagement.Application.Common.EventLog;

/// <summary>Records facts that are no change of an aggregate: what operators did, what failed.</summary>
public interface IFacts
{
    /// <summary>
    /// Adds a fact to the end of a stream, in the transaction at hand: it is logged and dispatched like any event.
    /// </summary>
    /// <param name="streamType">The kind of stream; the first word of the event's name, and not that of an aggregate.</param>
    /// <param name="streamId">The id of the stream.</param>
    /// <param name="fact">What happened.</param>
    /// <param name="cancellationToken">Ends the look-up of the stream's last version.</param>
    Task RecordAsync(string streamType, Guid streamId, DomainEvent fact, CancellationToken cancellationToken);
}
