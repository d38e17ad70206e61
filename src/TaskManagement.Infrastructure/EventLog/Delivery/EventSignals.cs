namespace TaskManagement.Infrastructure.EventLog.Delivery;

/// <summary>Wakes whoever waits when something about the events has changed on this node.</summary>
internal interface IEngineSignal
{
    /// <summary>An operator changed something about subscriptions or parked events: the engine looks at once.</summary>
    void Changed();
}

/// <summary>How far the log goes, as far as this node knows, and what wakes the parts of the engine.</summary>
internal sealed class EventSignals : IEngineSignal
{
    private readonly Signal _advanced = new();
    private readonly Signal _changed = new();
    private readonly Signal _committed = new();
    private long _head;
    private long _lastId;

    /// <summary>The last position in the log that this node knows of.</summary>
    public long Head => Volatile.Read(ref _head);

    /// <summary>The log's own number of the last event that this node committed.</summary>
    public long LastCommittedId => Volatile.Read(ref _lastId);

    /// <summary>Set when there may be events without a position.</summary>
    public Signal CommittedEvents => _committed;

    /// <summary>Ends when the log goes farther than when this was asked.</summary>
    public Task Advanced => _advanced.Next;

    /// <summary>Set when an operator changed something.</summary>
    public Signal Changes => _changed;

    /// <summary>Notes that this node committed events.</summary>
    /// <param name="lastId">The log's own number of the last of them; 0 for none.</param>
    public void Committed(long lastId)
    {
        if (lastId == 0)
            return;
        Raise(ref _lastId, lastId);
        _committed.Set();
    }

    /// <summary>Notes that the log goes as far as a position.</summary>
    public void Advance(long head)
    {
        if (Raise(ref _head, head))
            _advanced.Set();
    }

    /// <inheritdoc />
    public void Changed() => _changed.Set();

    /// <summary>Waits until the log goes beyond a position, or an operator changed something.</summary>
    public async Task WaitBeyondAsync(long position, CancellationToken cancellationToken)
    {
        var (advanced, changed) = (_advanced.Next, _changed.Next);
        if (Head <= position)
            await Task.WhenAny(advanced, changed).WaitAsync(cancellationToken);
    }

    private static bool Raise(ref long value, long to)
    {
        for (var seen = Volatile.Read(ref value); seen < to; seen = Volatile.Read(ref value))
        {
            if (Interlocked.CompareExchange(ref value, to, seen) == seen)
                return true;
        }

        return false;
    }
}

/// <summary>Wakes everyone who waits for it. Take <see cref="Next"/>, look whether there is anything to do, and only then wait.</summary>
internal sealed class Signal
{
    private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when the signal is set after this was asked.</summary>
    public Task Next => Volatile.Read(ref _next).Task;

    /// <summary>Wakes everyone.</summary>
    public void Set() => Interlocked.Exchange(ref _next, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
}
