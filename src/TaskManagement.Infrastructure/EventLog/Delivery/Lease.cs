using System.Diagnostics;

namespace TaskManagement.Infrastructure.EventLog.Delivery;

/// <summary>The right of this node to work on one cursor, for a while.</summary>
/// <param name="key">The cursor.</param>
/// <param name="token">What fences off whoever had it before.</param>
internal sealed class Lease(CursorKey key, long token)
{
    private long _validUntil;
    private long _handled;
    private long _acknowledged;

    public CursorKey Key => key;

    public long Token => token;

    /// <summary>
    /// Whether it holds, as far as this node can know: by its own clock that never jumps, from before the last renewal was sent.
    /// </summary>
    public bool IsValid => Stopwatch.GetTimestamp() < Volatile.Read(ref _validUntil);

    /// <summary>Everything up to here is handled.</summary>
    public long Handled => Volatile.Read(ref _handled);

    /// <summary>Everything up to here is known to the database as handled.</summary>
    public long Acknowledged => Volatile.Read(ref _acknowledged);

    /// <summary>Notes that the database has it for another while, counted from a moment of this node's own clock.</summary>
    public void Renewed(long sentAt, TimeSpan duration) =>
        Volatile.Write(ref _validUntil, sentAt + (long)(duration.TotalSeconds * Stopwatch.Frequency));

    /// <summary>Notes that another node has it.</summary>
    public void Lose() => Volatile.Write(ref _validUntil, 0);

    /// <summary>Notes where the database says that it stands.</summary>
    public void Stands(long position)
    {
        Volatile.Write(ref _handled, position);
        Volatile.Write(ref _acknowledged, position);
    }

    /// <summary>Notes that everything up to a position is handled.</summary>
    public void HandledTo(long position) => Volatile.Write(ref _handled, position);

    /// <summary>Notes that the database knows.</summary>
    public void AcknowledgedTo(long position)
    {
        if (position > Acknowledged)
            Volatile.Write(ref _acknowledged, position);
    }
}

/// <summary>Which cursor: the partition of a subscription, or of a replay of it.</summary>
/// <param name="Subscription">The name of the subscription.</param>
/// <param name="Replay">0 for the live subscription; else the number of the replay.</param>
/// <param name="Partition">The partition, from 0.</param>
internal readonly record struct CursorKey(string Subscription, long Replay, int Partition)
{
    public override string ToString() => $"{Subscription}{(Replay > 0 ? $" replay {Replay}" : "")}{(Partition > 0 ? $"/{Partition}" : "")}";
}

/// <summary>Another node has taken the work over: what this one did about it is not to be kept.</summary>
internal sealed class LeaseLostException(CursorKey key) : Exception($"The lease on {key} is lost.");

/// <summary>The answer to a commit was lost: only the database knows whether it took place.</summary>
internal sealed class CommitInDoubtException(Exception inner) : Exception("It is not known whether the commit took place.", inner);
