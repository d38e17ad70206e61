using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using TaskManagement.Application.Identity;
using TaskManagement.Domain.Identity;
using TaskManagement.Infrastructure.Persistence;

namespace TaskManagement.Infrastructure.Identity;

/// <summary>
/// Finds tokens by their SHA-256 hash. A token has 256 random bits, so its hash needs no salt and can't be searched for; how long the look-up takes
/// tells something about the hash and nothing about the token. Tokens found are remembered for a few seconds to spare the database a query per request.
/// </summary>
internal sealed class AccessTokens(IServiceScopeFactory scopes, TokenUses uses, TimeProvider clock) : IAccessTokens
{
    private static readonly TimeSpan Remembered = TimeSpan.FromSeconds(5);

    // Only tokens that exist get in, so it can't grow beyond their number.
    private readonly ConcurrentDictionary<string, Known> _known = new(StringComparer.Ordinal);

    // Streams of one token look at it at the same moment: the database is asked once for all who ask at once.
    private readonly ConcurrentDictionary<string, Lazy<Task<Caller?>>> _asked = new(StringComparer.Ordinal);

    public static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    public async ValueTask<Caller?> AuthenticateAsync(string token, CancellationToken cancellationToken)
    {
        var hash = Hash(token);
        var name = Convert.ToHexString(hash);
        if (_known.TryGetValue(name, out var known) && clock.GetElapsedTime(known.Since) < Remembered && !(known.ExpiresAt <= clock.GetUtcNow()))
        {
            uses.Note(known.Id);
            return known.Caller;
        }

        var asked = _asked.GetOrAdd(name, _ => new(() => FindAsync(hash, name)));
        return await asked.Value.WaitAsync(cancellationToken);
    }

    public void Forget(TokenId id)
    {
        foreach (var (name, _) in _known.Where(known => known.Value.Id == id))
            _known.TryRemove(name, out _);
    }

    private async Task<Caller?> FindAsync(byte[] hash, string name)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var db = scope.ServiceProvider.GetRequiredService<TaskManagementDbContext>();
            var found = await db.AccessTokens.AsNoTracking().SingleOrDefaultAsync(candidate => candidate.Hash == hash);
            if (found is null || !CryptographicOperations.FixedTimeEquals(found.Hash, hash) || !found.IsValidAt(clock.GetUtcNow()))
            {
                _known.TryRemove(name, out _);
                return null;
            }

            var caller = new Caller(new($"token:{found.Id}"), found.Scopes);
            _known[name] = new(found.Id, caller, found.ExpiresAt, clock.GetTimestamp());
            uses.Note(found.Id);
            return caller;
        }
        finally
        {
            _asked.TryRemove(name, out _);
        }
    }

    private sealed record Known(TokenId Id, Caller Caller, DateTimeOffset? ExpiresAt, long Since);
}
