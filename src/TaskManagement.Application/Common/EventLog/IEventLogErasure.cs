using TaskManagement.Domain.Common;

namespace TaskManagement.Application.Common.EventLog;

/// <summary>Takes out of the event log what the log keeps of a person beside the facts.</summary>
public interface IEventLogErasure
{
    /// <summary>
    /// Forgets the addresses that an actor's calls came from, in the transaction at hand: in all events that are there, and in those that the
    /// command at hand raises.
    /// </summary>
    /// <returns>In how many events there was one.</returns>
    Task<int> EraseAddressesAsync(ActorId actor, CancellationToken cancellationToken);
}
