using TaskManagement.Application.Common.Access;

namespace TaskManagement.Application.Common.EventLog;

/// <summary>Gives events as they are committed, on whichever node.</summary>
public interface IEventStream
{
    /// <summary>
    /// Follows the log, without end: every event after a position that is wanted, once and in order. When there is none for a while, a part without
    /// events says so. Whoever reads is waited for, and nothing is kept for him: the next part is read when he asks for it.
    /// </summary>
    /// <param name="after">The position after which to begin.</param>
    /// <param name="types">Of any of these types; of all if there are none.</param>
    /// <param name="streamId">About this aggregate; about all if it is null.</param>
    /// <param name="viewer">Of those that this one may see.</param>
    /// <param name="cancellationToken">Ends it.</param>
    IAsyncEnumerable<StreamedEvents> FollowAsync(
        long after, IReadOnlyList<EventTypePattern> types, Guid? streamId, Viewer viewer, CancellationToken cancellationToken = default);
}

/// <summary>A part of what is streamed.</summary>
/// <param name="Events">The events; none if for a while there were none.</param>
/// <param name="Position">Everything up to here has been seen; what was not wanted is left out.</param>
public sealed record StreamedEvents(IReadOnlyList<LoggedEvent> Events, long Position);
