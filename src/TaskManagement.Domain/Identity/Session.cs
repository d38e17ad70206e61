using TaskManagement.Domain.Tasks;

namespace TaskManagement.Domain.Identity;

/// <summary>What a person has from signing in until it ends. It is no aggregate: what became of it is told by facts about it.</summary>
public sealed class Session
{
    /// <summary>How long an access token is accepted.</summary>
    public static readonly TimeSpan AccessLife = TimeSpan.FromMinutes(15);

    /// <summary>How long a session lives without being refreshed.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromDays(30);

    private Session()
    {
    }

    /// <summary>The id.</summary>
    public SessionId Id { get; private set; }

    /// <summary>Whose it is.</summary>
    public UserId AccountId { get; private set; }

    /// <summary>The SHA-256 hash of the access token; there is one at a time.</summary>
    public byte[] AccessHash { get; private set; } = [];

    /// <summary>Until when the access token is accepted, in UTC.</summary>
    public DateTimeOffset AccessExpiresAt { get; private set; }

    /// <summary>When it began, in UTC.</summary>
    public DateTimeOffset CreatedAt { get; private set; }

    /// <summary>When it was last refreshed, in UTC; null if never.</summary>
    public DateTimeOffset? RefreshedAt { get; private set; }

    /// <summary>When it ends by itself, in UTC.</summary>
    public DateTimeOffset ExpiresAt { get; private set; }

    /// <summary>When it was ended, in UTC, or null.</summary>
    public DateTimeOffset? EndedAt { get; private set; }

    /// <summary>Begins a session.</summary>
    /// <param name="id">The id.</param>
    /// <param name="account">Whose it is.</param>
    /// <param name="accessHash">The SHA-256 hash of the first access token.</param>
    /// <param name="at">Now.</param>
    public static Session Begin(SessionId id, UserId account, byte[] accessHash, DateTimeOffset at) => new()
    {
        Id = id,
        AccountId = account,
        AccessHash = accessHash,
        AccessExpiresAt = at + AccessLife,
        CreatedAt = at,
        ExpiresAt = at + Life,
    };

    /// <summary>Whether it goes on at a moment.</summary>
    public bool IsOpenAt(DateTimeOffset moment) => EndedAt is null && ExpiresAt > moment;

    /// <summary>Has another access token take the place of the one before, and begins its life anew.</summary>
    /// <param name="accessHash">The SHA-256 hash of that one.</param>
    /// <param name="at">Now.</param>
    public void Refresh(byte[] accessHash, DateTimeOffset at) =>
        (AccessHash, AccessExpiresAt, RefreshedAt, ExpiresAt) = (accessHash, at + AccessLife, at, at + Life);

    /// <summary>Ends it for good.</summary>
    public void End(DateTimeOffset at) => EndedAt ??= at;
}

/// <summary>A token that continues a session once. Those that were used are kept: one that comes again was stolen, from its owner or by them.</summary>
public sealed class RefreshToken
{
    private RefreshToken()
    {
    }

    /// <summary>The SHA-256 hash of the token.</summary>
    public byte[] Hash { get; private set; } = [];

    /// <summary>The session that it continues.</summary>
    public SessionId SessionId { get; private set; }

    /// <summary>Until when it is accepted, in UTC.</summary>
    public DateTimeOffset ExpiresAt { get; private set; }

    /// <summary>When it was used, in UTC, or null.</summary>
    public DateTimeOffset? UsedAt { get; private set; }

    /// <summary>A token that continues a session as it is now.</summary>
    public static RefreshToken Of(Session session, byte[] hash) => new() { Hash = hash, SessionId = session.Id, ExpiresAt = session.ExpiresAt };
}

/// <summary>Why a session was ended.</summary>
public enum SessionEndReason
{
    /// <summary>The person signed out.</summary>
    SignedOut,

    /// <summary>The person ended it from another session.</summary>
    Revoked,

    /// <summary>A refresh token came a second time.</summary>
    TokenReused,

    /// <summary>The password was changed.</summary>
    PasswordChanged,

    /// <summary>An administrator disabled the account.</summary>
    AccountDisabled,

    /// <summary>The account was deleted.</summary>
    AccountDeleted,
}
