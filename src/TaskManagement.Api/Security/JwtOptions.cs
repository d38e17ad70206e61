using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;

namespace TaskManagement.Api.Security;

/// <summary>The section <c>Jwt</c> of the configuration: whose JWTs are accepted beside the service's own tokens. None are unless a source of keys is named.</summary>
internal sealed class JwtOptions : IValidatableObject
{
    public const string Section = "Jwt";

    private const string PublicKey = "PUBLIC KEY";

    /// <summary>The address of the issuer, below which <c>.well-known/openid-configuration</c> says where its keys are. They are fetched again when they change.</summary>
    public string? Authority { get; set; }

    /// <summary>The issuer's public keys in PEM, one after the other, where it does not publish them: RSA or elliptic curves.</summary>
    public string? PublicKeys { get; set; }

    /// <summary>What a token must say that issued it.</summary>
    public string? Issuer { get; set; }

    /// <summary>What a token must say that it is meant for.</summary>
    public string? Audience { get; set; }

    /// <summary>The claim with the scopes: words separated by spaces, or a list of them. Words that are no scopes of this service count for nothing.</summary>
    [Required(ErrorMessage = "Jwt:ScopeClaim must not be empty.")]
    public string ScopeClaim { get; set; } = "scope";

    /// <summary>Whether JWTs are accepted.</summary>
    internal bool IsEnabled => !string.IsNullOrEmpty(Authority) || !string.IsNullOrEmpty(PublicKeys);

    /// <summary>Where the issuer describes itself; null if its keys are in the configuration.</summary>
    internal Uri? Metadata => Uri.TryCreate($"{Authority?.TrimEnd('/')}/.well-known/openid-configuration", UriKind.Absolute, out var address) ? address : null;

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!IsEnabled)
        {
            if (!string.IsNullOrEmpty(Issuer) || !string.IsNullOrEmpty(Audience))
                yield return new("Jwt:Issuer and Jwt:Audience need Jwt:Authority or Jwt:PublicKeys, which say where the keys are.");
            yield break;
        }

        if (string.IsNullOrEmpty(Issuer))
            yield return new("Jwt:Issuer must not be empty when JWTs are accepted.");
        if (string.IsNullOrEmpty(Audience))
            yield return new("Jwt:Audience must not be empty when JWTs are accepted.");
        if (!string.IsNullOrEmpty(Authority) && !string.IsNullOrEmpty(PublicKeys))
            yield return new("Jwt:Authority and Jwt:PublicKeys are two sources of keys: set one of them.");
        if (!string.IsNullOrEmpty(Authority) && !(Metadata is { } address && (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback))))
            yield return new($"Jwt:Authority must be an https address, or an http address of this machine, not '{Authority}'.");
        if (!string.IsNullOrEmpty(PublicKeys) && !AreReadable())
            yield return new($"Jwt:PublicKeys must be public keys in PEM, each between -----BEGIN {PublicKey}----- and -----END {PublicKey}-----, of RSA or elliptic curves.");
    }

    /// <summary>The keys in the configuration.</summary>
    /// <exception cref="CryptographicException">There are none, or one is of another kind.</exception>
    internal IReadOnlyList<SecurityKey> Keys()
    {
        var keys = new List<SecurityKey>();
        var text = PublicKeys.AsSpan();
        while (PemEncoding.TryFind(text, out var block))
        {
            keys.Add(text[block.Label] is PublicKey
                ? KeyIn(Convert.FromBase64String(text[block.Base64Data].ToString()))
                : throw new CryptographicException("This is no public key."));
            text = text[block.Location.End..];
        }

        return keys.Count > 0 && text.IsWhiteSpace() ? keys : throw new CryptographicException("This is not PEM.");
    }

    private static SecurityKey KeyIn(byte[] info)
    {
        var rsa = RSA.Create();
        try
        {
            rsa.ImportSubjectPublicKeyInfo(info, out _);
            return new RsaSecurityKey(rsa);
        }
        catch (CryptographicException)
        {
            // Then it is of the other kind, or of neither.
            rsa.Dispose();
            var curve = ECDsa.Create();
            curve.ImportSubjectPublicKeyInfo(info, out _);
            return new ECDsaSecurityKey(curve);
        }
    }

    private bool AreReadable()
    {
        try
        {
            return Keys().Count > 0;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
