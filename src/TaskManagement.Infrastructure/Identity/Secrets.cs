using System.Buffers.Text;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using TaskManagement.Application.Accounts;

namespace TaskManagement.Infrastructure.Identity;

internal sealed class Secrets : ISecrets
{
    public (string Secret, byte[] Hash) Make(string prefix)
    {
        var secret = prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        return (secret, Hash(secret));
    }

    public byte[] Hash(string secret) => AccessTokens.Hash(secret);
}

/// <summary>Identity's own hasher: PBKDF2 with HMAC-SHA512, a salt of 128 bits, and as many rounds as OWASP recommends for it.</summary>
internal sealed class Passwords : IPasswords
{
    private const int Rounds = 210_000;

    private static readonly Account Nobody = new();

    private readonly PasswordHasher<Account> _hasher = new(Options.Create(new PasswordHasherOptions { IterationCount = Rounds }));
    private readonly string _hashOfNobody;

    public Passwords() => _hashOfNobody = Hash(Guid.CreateVersion7().ToString());

    public string Hash(string password) => _hasher.HashPassword(Nobody, password);

    public bool Verify(string? hash, string password) =>
        _hasher.VerifyHashedPassword(Nobody, hash ?? _hashOfNobody, password) != PasswordVerificationResult.Failed && hash is not null;
}
