using TaskManagement.Application.Common;

namespace TaskManagement.Application.Operations;

/// <summary>The subscriptions, and how far they have come. What changes them is part of the transaction at hand.</summary>
public interface ISubscriptions
{
    /// <summary>How they stand, by name.</summary>
    /// <param name="name">The one to read, or null for all.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    Task<IReadOnlyList<SubscriptionDto>> ReadAsync(string? name, CancellationToken cancellationToken);

    /// <summary>What may be done with one.</summary>
    /// <exception cref="NotFoundException">There is neither a handler nor progress of this name.</exception>
    Task<SubscriptionTraits> GetAsync(string name, CancellationToken cancellationToken);

    /// <summary>Stops its deliveries; false if they are stopped.</summary>
    Task<bool> PauseAsync(string name, CancellationToken cancellationToken);

    /// <summary>Lets its deliveries go on; false if they are not stopped.</summary>
    Task<bool> ResumeAsync(string name, CancellationToken cancellationToken);

    /// <summary>
    /// Sends it back, and whoever works on it loses it. What is parked behind that place is dropped, since it will be delivered again.
    /// A handler that keeps a picture of all events begins it anew.
    /// </summary>
    /// <param name="name">The subscription.</param>
    /// <param name="after">The position after which it goes on.</param>
    /// <param name="cancellationToken">Ends it before anything is changed.</param>
    /// <returns>How many parked events were dropped.</returns>
    Task<int> RewindAsync(string name, long after, CancellationToken cancellationToken);
}

/// <summary>What decides what may be done with a subscription.</summary>
/// <param name="Name">Its name.</param>
/// <param name="HasHandler">Whether there is a handler of this name.</param>
/// <param name="Takes">The types of events that it takes.</param>
/// <param name="Replayable">Whether events may be delivered again.</param>
/// <param name="Rebuildable">Whether it keeps a picture of all events.</param>
/// <param name="Position">How far its first part has come; null if no node has taken it up yet.</param>
/// <param name="LastPosition">How far its last part has come.</param>
public sealed record SubscriptionTraits(
    string Name, bool HasHandler, IReadOnlyList<string> Takes, bool Replayable, bool Rebuildable, long? Position, long? LastPosition);
