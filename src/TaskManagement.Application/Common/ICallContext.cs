using TaskManagement.Domain.Common;
using TaskManagement.Domain.Identity;

namespace TaskManagement.Application.Common;

/// <summary>What is known about the call that is being served, from outside the use case.</summary>
public interface ICallContext
{
    /// <summary>On whose behalf the call is made.</summary>
    ActorId Actor { get; }

    /// <summary>What the caller's token is good for; all for the service itself.</summary>
    Scopes Scopes { get; }

    /// <summary>What the caller, or else the trace, names the whole conversation by; at most 128 characters.</summary>
    string CorrelationId { get; }

    /// <summary>The key under which the answer is stored and given again, or null.</summary>
    string? IdempotencyKey { get; }

    /// <summary>Notes that the answer is one given before.</summary>
    void MarkReplayed();
}
