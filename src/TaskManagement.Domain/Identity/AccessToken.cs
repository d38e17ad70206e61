using TaskManagement.Domain.Common;
using TaskManagement.Domain.Projects;
using TaskManagement.Domain.Tasks;

namespace TaskManagement.Domain.Identity;

/// <summary>A bearer token, of which only the hash is kept. It is no aggregate: what was done with it is told by facts about it.</summary>
public sealed class AccessToken
{
    /// <summary>The name of the token that a new installation begins with.</summary>
    public const string AdministratorName = "administrator";

    /// <summary>The longest name, in characters.</summary>
    public const int MaxNameLength = 100;

    /// <summary>What a name may be.</summary>
    public static readonly TextRule NameRule = new("name", MaxNameLength);

    /// <summary>The longest life of a token.</summary>
    public static readonly TimeSpan LongestLife = TimeSpan.FromDays(366);

    private AccessToken()
    {
    }

    /// <summary>The id.</summary>
    public TokenId Id { get; private set; }

    /// <summary>What it is called; of one owner's tokens that are not revoked, no two have the same name.</summary>
    public string Name { get; private set; } = "";

    /// <summary>The SHA-256 hash of the token.</summary>
    public byte[] Hash { get; private set; } = [];

    /// <summary>What it is good for.</summary>
    public Scopes Scopes { get; private set; }

    /// <summary>When it was made, in UTC.</summary>
    public DateTimeOffset CreatedAt { get; private set; }

    /// <summary>Who made it.</summary>
    public ActorId CreatedBy { get; private set; }

    /// <summary>The person as whom it acts; null for a token that acts for itself.</summary>
    public UserId? Owner { get; private set; }

    /// <summary>The one project that it is confined to; null if it is not.</summary>
    public ProjectId? ProjectId { get; private set; }

    /// <summary>Until when it is accepted, in UTC; null only for the token that a new installation begins with.</summary>
    public DateTimeOffset? ExpiresAt { get; private set; }

    /// <summary>When it was last used, in UTC, to about a minute; null if never.</summary>
    public DateTimeOffset? LastUsedAt { get; private set; }

    /// <summary>When it was revoked, in UTC, or null.</summary>
    public DateTimeOffset? RevokedAt { get; private set; }

    /// <summary>A token for programs and people.</summary>
    /// <param name="id">The id.</param>
    /// <param name="name">What it is called.</param>
    /// <param name="hash">The SHA-256 hash of the token.</param>
    /// <param name="scopes">What it is good for.</param>
    /// <param name="expiresAt">Until when it is accepted.</param>
    /// <param name="stamp">Who makes it, and when.</param>
    /// <param name="owner">The person as whom it acts; null for a token that acts for itself.</param>
    /// <param name="project">The one project that it is confined to; null if it is not.</param>
    /// <exception cref="InvalidValueException">The name is not admitted.</exception>
    public static AccessToken Issue(
        TokenId id, string name, byte[] hash, Scopes scopes, DateTimeOffset expiresAt, ChangeStamp stamp, UserId? owner = null, ProjectId? project = null) =>
        new()
        {
            Id = id,
            Name = NameRule.Accept(name),
            Hash = hash,
            Scopes = scopes,
            // To the millisecond, as all times are kept.
            ExpiresAt = new(expiresAt.UtcTicks - expiresAt.UtcTicks % TimeSpan.TicksPerMillisecond, TimeSpan.Zero),
            CreatedAt = stamp.At,
            CreatedBy = stamp.By,
            Owner = owner,
            ProjectId = project,
        };

    /// <summary>The token that a new installation begins with: it is good for everything, and for good.</summary>
    /// <param name="id">The id.</param>
    /// <param name="hash">The SHA-256 hash of the token.</param>
    /// <param name="stamp">Who makes it, and when.</param>
    public static AccessToken OfAdministrator(TokenId id, byte[] hash, ChangeStamp stamp) => new()
    {
        Id = id,
        Name = AdministratorName,
        Hash = hash,
        Scopes = Scopes.Admin,
        CreatedAt = stamp.At,
        CreatedBy = stamp.By,
    };

    /// <summary>Whether it is accepted at a moment.</summary>
    public bool IsValidAt(DateTimeOffset moment) => RevokedAt is null && !(ExpiresAt <= moment);

    /// <summary>Has another token take its place.</summary>
    /// <param name="hash">The SHA-256 hash of that one.</param>
    public void Replace(byte[] hash) => Hash = hash;

    /// <summary>Ends it for good.</summary>
    /// <param name="at">When.</param>
    /// <exception cref="DomainException"><c>token.indispensable</c>: it is the one that the installation began with.</exception>
    public void Revoke(DateTimeOffset at)
    {
        // Without it, no one could get in any more.
        if (ExpiresAt is null)
            throw new DomainException("token.indispensable", "The token that the installation began with can't be revoked: Bootstrap:AdminToken replaces it.");
        RevokedAt ??= at;
    }
}
