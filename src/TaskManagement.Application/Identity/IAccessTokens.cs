using TaskManagement.Domain.Common;
using TaskManagement.Domain.Identity;

namespace TaskManagement.Application.Identity;

/// <summary>The bearer tokens that the service accepts.</summary>
public interface IAccessTokens
{
    /// <summary>Who comes with a token, or null if it is not one of ours, has expired or was revoked.</summary>
    ValueTask<Caller?> AuthenticateAsync(string token, CancellationToken cancellationToken);

    /// <summary>Looks a token up again the next time that someone comes with it, however short ago it was found good.</summary>
    void Forget(TokenId id);
}

/// <summary>Who calls.</summary>
/// <param name="Actor">On whose behalf.</param>
/// <param name="Scopes">What the token is good for.</param>
public sealed record Caller(ActorId Actor, Scopes Scopes);

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
}
