using TaskManagement.Domain.Common;

namespace TaskManagement.Infrastructure.EventLog.Operations.Verification;

/// <summary>Lets one verification at a time run in this process: each reads everything there is.</summary>
internal sealed class VerificationTurn
{
    private int _taken;

    /// <summary>Takes the turn; to be disposed at the end.</summary>
    /// <exception cref="DomainException"><c>verify.running</c>: it is taken.</exception>
    public IDisposable Take() => Interlocked.Exchange(ref _taken, 1) == 0
        ? new Turn(this)
        : throw new DomainException("verify.running", "A verification is running on this node. Wait for it to end, or end it by closing its request.");

    private sealed class Turn(VerificationTurn turn) : IDisposable
    {
        public void Dispose() => Interlocked.Exchange(ref turn._taken, 0);
    }
}
