using TaskManagement.Domain.Common;
using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Projects;

namespace TaskManagement.Application.Common;

/// <summary>What is known about the call that is being served, from outside the use case.</summary>
public interface ICallContext
{
    /// <summary>On whose behalf the call is made.</summary>
    ActorId Actor { get; }

    /// <summary>What the caller's token is good for; all for the service itself.</summary>
    Scopes Scopes { get; }

    /// <summary>The one project that the caller's token is confined to; null if it is not.</summary>
    ProjectId? Project { get; }

    /// <summary>The address that the call came from, as <see cref="ClientAddress"/> writes it; null for what the service does itself.</summary>
    string? Address { get; }

    /// <summary>The session that the call is made in; null if it is made with another token, or with none.</summary>
    SessionId? Session => null;

    /// <summary>What the caller, or else the trace, names the whole conversation by; at most 128 characters.</summary>
    string CorrelationId { get; }

    /// <summary>The key under which the answer is stored and given again, or null.</summary>
    string? IdempotencyKey { get; }

    /// <summary>Notes that the answer is one given before.</summary>
    void MarkReplayed();
}
