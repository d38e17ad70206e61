using TaskManagement.Domain.Common;

namespace TaskManagement.Application.Common;

/// <summary>Keeps the answers of commands that carried an idempotency key, as part of the command's own transaction.</summary>
public interface IIdempotencyStore
{
    /// <summary>How long an answer is kept.</summary>
    static readonly TimeSpan Retention = TimeSpan.FromHours(24);

    /// <summary>The answer stored under a key, unless there is none or it is older than <see cref="Retention"/>.</summary>
    Task<StoredAnswer?> FindAsync(ActorId actor, string key, CancellationToken cancellationToken);

    /// <summary>Stores an answer with the transaction. It is read only when everything else is settled.</summary>
    void Add(ActorId actor, string key, string requestHash, Func<string> answer);
}

/// <summary>An answer given before.</summary>
/// <param name="RequestHash">The hash of the request that it answered.</param>
/// <param name="Answer">The answer as JSON.</param>
public sealed record StoredAnswer(string RequestHash, string Answer);
