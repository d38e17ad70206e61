namespace TaskManagement.Infrastructure.EventLog.Delivery;

/// <summary>
/// What keeps events from being lost, doubled or delivered in the wrong order. All are on; tests switch one off to see that they would notice.
/// </summary>
internal sealed class EngineSafeguards
{
    /// <summary>Whether a node that lost its lease is kept from committing.</summary>
    public bool Fencing { get; set; } = true;

    /// <summary>Whether the cursor moves in the transaction of what the handler wrote.</summary>
    public bool AtomicCursor { get; set; } = true;

    /// <summary>Whether positions are given after commit; else an event's id is taken for its position.</summary>
    public bool Sequencer { get; set; } = true;
}
