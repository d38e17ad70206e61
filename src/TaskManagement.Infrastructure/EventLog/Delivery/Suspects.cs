namespace TaskManagement.Infrastructure.EventLog.Delivery;

/// <summary>
/// Has this node try one event at a time of those during which a process ended: should it end again, it is known which of them did it, and those that
/// were only in hand at the same time are not given up with it.
/// </summary>
internal sealed class Suspects : IDisposable
{
    private readonly SemaphoreSlim _one = new(1, 1);

    /// <summary>Waits for the turn of an event, if it is a suspect; who disposes what is returned ends it.</summary>
    public async Task<Turn> TakeTurnAsync(ParkedEvent parked, CancellationToken cancellationToken)
    {
        if (!parked.IsSuspect)
            return default;
        await _one.WaitAsync(cancellationToken);
        return new(_one);
    }

    public void Dispose() => _one.Dispose();

    internal readonly struct Turn(SemaphoreSlim one) : IDisposable
    {
        public void Dispose() => one?.Release();
    }
}
