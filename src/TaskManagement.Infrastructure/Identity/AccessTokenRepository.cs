using System.Buffers.Text;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using TaskManagement.Application.Common;
using TaskManagement.Application.Identity;
using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Tasks;
using TaskManagement.Infrastructure.Persistence;

namespace TaskManagement.Infrastructure.Identity;

internal sealed class AccessTokenRepository(TaskManagementDbContext db) : IAccessTokenRepository
{
    // What begins like this is found by scanners that look for secrets where they should not be.
    private const string Prefix = "tm_";

    public static (string Token, byte[] Hash) Make()
    {
        var token = Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        return (token, AccessTokens.Hash(token));
    }

    (string Token, byte[] Hash) IAccessTokenRepository.Make() => Make();

    public void Add(AccessToken token) => db.AccessTokens.Add(token);

    public async Task<IReadOnlyList<AccessToken>> ListAsync(UserId owner, CancellationToken cancellationToken) =>
        await db.AccessTokens.Where(token => token.Owner == owner && token.RevokedAt == null).OrderBy(token => token.CreatedAt).ToListAsync(cancellationToken);

    public async Task<AccessToken> GetAsync(TokenId id, CancellationToken cancellationToken) =>
        await db.AccessTokens.SingleOrDefaultAsync(token => token.Id == id && token.RevokedAt == null, cancellationToken)
        ?? throw new NotFoundException("token", id);
}
