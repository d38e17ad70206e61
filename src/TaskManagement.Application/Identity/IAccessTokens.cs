using TaskManagement.Domain.Common;
using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Projects;
using TaskManagement.Domain.Tasks;

namespace TaskManagement.Application.Identity;

/// <summary>The bearer tokens that the service accepts.</summary>
public interface IAccessTokens
{
    /// <summary>Who comes with a token, or null if it is not one of ours, has expired or was revoked.</summary>
    ValueTask<Caller?> AuthenticateAsync(string token, CancellationToken cancellationToken);

    /// <summary>Looks a token up again the next time that someone comes with it, however short ago it was found good.</summary>
    void Forget(TokenId id);

    /// <summary>Does so with the token of a session.</summary>
    void Forget(SessionId id);

    /// <summary>Does so with all sessions and tokens of a person.</summary>
    void ForgetAll(UserId person);
}

/// <summary>Who calls.</summary>
/// <param name="Actor">On whose behalf.</param>
/// <param name="Scopes">What the token is good for.</param>
/// <param name="Project">The one project that the token is confined to; null if it is not.</param>
/// <param name="Session">The session that the token belongs to; null if it is of another kind.</param>
public sealed record Caller(ActorId Actor, Scopes Scopes, ProjectId? Project = null, SessionId? Session = null);

/// <summary>The tokens, as commands work with them. Changes are saved by the unit of work.</summary>
public interface IAccessTokenRepository
{
    /// <summary>Makes a token that no one can guess.</summary>
    /// <returns>The token, to be shown once, and its hash.</returns>
    (string Token, byte[] Hash) Make();

    /// <summary>Adds a new token.</summary>
    void Add(AccessToken token);

    /// <summary>A token that is not revoked.</summary>
    /// <exception cref="Common.NotFoundException">There is none.</exception>
    Task<AccessToken> GetAsync(TokenId id, CancellationToken cancellationToken);

    /// <summary>The tokens that act as a person and are not revoked.</summary>
    Task<IReadOnlyList<AccessToken>> ListAsync(UserId owner, CancellationToken cancellationToken);
}
