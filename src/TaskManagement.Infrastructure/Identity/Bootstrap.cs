using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using TaskManagement.Domain.Identity;
using TaskManagement.Infrastructure.Persistence;
using TaskManagement.Infrastructure.Persistence.Providers;

namespace TaskManagement.Infrastructure.Identity;

/// <summary>Sees to it that there is an administrator's token.</summary>
internal sealed class Bootstrap(TaskManagementDbContext db, DatabaseProvider provider, IOptions<BootstrapOptions> options, TimeProvider clock)
{
    /// <summary>Stores the configured token, or makes one if there is none at all. Returns a token that was made, to be shown this once.</summary>
    public async Task<string?> EnsureAdministratorAsync(CancellationToken cancellationToken)
    {
        using var turn = await provider.TakeWriteTurnAsync(cancellationToken);
        var existing = await db.AccessTokens.SingleOrDefaultAsync(
            token => token.Name == AccessToken.AdministratorName && token.Owner == null && token.RevokedAt == null, cancellationToken);
        var configured = options.Value.AdminToken;
        if (existing is not null && configured is null)
            return null;

        var (made, hash) = configured is null ? AccessTokenRepository.Make() : (null, AccessTokens.Hash(configured));
        if (existing is null)
            db.AccessTokens.Add(AccessToken.OfAdministrator(TokenId.New(), hash, new(new("system:service"), clock.GetUtcNow())));
        else if (!existing.Hash.AsSpan().SequenceEqual(hash))
            existing.Replace(hash);

        try
        {
            await db.SaveChangesAsync(cancellationToken);
            return made;
        }
        catch (DbUpdateException exception) when (provider.UniqueViolation(exception) is not null)
        {
            // Another node started at the same time and was first; its token is the one to use.
            return null;
        }
    }
}
