using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using TaskManagement.Application.Accounts;
using TaskManagement.Application.Identity;
using TaskManagement.Domain.Common;
using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Tasks;
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
            known.NoteUse(uses);
            return known.Caller;
        }

        var asked = _asked.GetOrAdd(name, _ => new(() => FindAsync(hash, name, token.StartsWith(SecretPrefixes.Session, StringComparison.Ordinal))));
        return await asked.Value.WaitAsync(cancellationToken);
    }

    public void Forget(TokenId id) => Forget(known => known.Token == id);

    public void Forget(SessionId id) => Forget(known => known.Caller.Session == id);

    public void ForgetAll(UserId person) => Forget(known => known.Person == person);

    private void Forget(Func<Known, bool> isMeant)
    {
        foreach (var (name, _) in _known.Where(known => isMeant(known.Value)))
            _known.TryRemove(name, out _);
    }

    private async Task<Caller?> FindAsync(byte[] hash, string name, bool isOfSession)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var db = scope.ServiceProvider.GetRequiredService<TaskManagementDbContext>();
            if (await (isOfSession ? FindSessionAsync(db, hash) : FindTokenAsync(scope.ServiceProvider, db, hash)) is not { } known)
            {
                _known.TryRemove(name, out _);
                return null;
            }

            _known[name] = known;
            known.NoteUse(uses);
            return known.Caller;
        }
        finally
        {
            _asked.TryRemove(name, out _);
        }
    }

    private async Task<Known?> FindTokenAsync(IServiceProvider services, TaskManagementDbContext db, byte[] hash)
    {
        var found = await db.AccessTokens.AsNoTracking().SingleOrDefaultAsync(candidate => candidate.Hash == hash);
        if (found is null || !CryptographicOperations.FixedTimeEquals(found.Hash, hash))
            return null;
        var owner = found.Owner is { } someone ? await FindOwnerAsync(db, someone) : null;
        var refusal = found switch
        {
            { RevokedAt: not null } => "token.revoked",
            _ when !found.IsValidAt(clock.GetUtcNow()) => "token.expired",
            { Owner: not null } when owner is null => "account.disabled",
            _ => null,
        };
        await uses.TellAsync(found, refusal, services);
        if (refusal is not null)
            return null;
        if (found.Owner is not { } person)
            return new(found.Id, null, new(new($"token:{found.Id}"), found.Scopes, found.ProjectId), found.ExpiresAt, clock.GetTimestamp());
        // Who is no administrator any more has no token of one.
        var goodFor = owner!.IsAdministrator ? found.Scopes : found.Scopes & ~Scopes.Admin;
        return new(found.Id, person, new(ActorOf(person), goodFor, found.ProjectId), found.ExpiresAt, clock.GetTimestamp());
    }

    private async Task<Known?> FindSessionAsync(TaskManagementDbContext db, byte[] hash)
    {
        var now = clock.GetUtcNow();
        var found = await db.Sessions.AsNoTracking().SingleOrDefaultAsync(candidate => candidate.AccessHash == hash);
        if (found is null || !CryptographicOperations.FixedTimeEquals(found.AccessHash, hash) || !found.IsOpenAt(now) || found.AccessExpiresAt <= now
            || await FindOwnerAsync(db, found.AccountId) is not { } owner)
            return null;
        var caller = new Caller(ActorOf(found.AccountId), ScopeWords.OfSession(owner.IsAdministrator), Session: found.Id);
        return new(null, found.AccountId, caller, found.AccessExpiresAt, clock.GetTimestamp());
    }

    /// <summary>The account of a person from whom something is accepted, or null.</summary>
    private static Task<Account?> FindOwnerAsync(TaskManagementDbContext db, UserId person) =>
        db.Accounts.AsNoTracking().SingleOrDefaultAsync(account => account.Id == person.Value && !account.IsDisabled && account.DeletedAt == null);

    private static ActorId ActorOf(UserId person) => new($"user:{person}");

    private sealed record Known(TokenId? Token, UserId? Person, Caller Caller, DateTimeOffset? ExpiresAt, long Since)
    {
        public void NoteUse(TokenUses uses)
        {
            if (Token is { } token)
                uses.Note(token);
        }
    }
}
