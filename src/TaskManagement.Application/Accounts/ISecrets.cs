namespace TaskManagement.Application.Accounts;

/// <summary>Makes tokens and codes that no one can guess. What is kept of them is their hash.</summary>
public interface ISecrets
{
    /// <summary>Makes one.</summary>
    /// <param name="prefix">What it begins with, so that those who look for lost secrets find it: <c>tms_</c>.</param>
    /// <returns>The secret, to be shown once, and its hash.</returns>
    (string Secret, byte[] Hash) Make(string prefix);

    /// <summary>The hash of a secret that was given out.</summary>
    byte[] Hash(string secret);
}

/// <summary>What secrets begin with.</summary>
public static class SecretPrefixes
{
    /// <summary>The access token of a session.</summary>
    public const string Session = "tms_";

    /// <summary>The refresh token of a session.</summary>
    public const string Refresh = "tmr_";

    /// <summary>A code that is mailed.</summary>
    public const string Code = "tmc_";
}

/// <summary>Hashes passwords, which takes a while by design: never in a transaction.</summary>
public interface IPasswords
{
    /// <summary>The hash of a password, with salt and all that is needed to check it.</summary>
    string Hash(string password);

    /// <summary>Whether a password is the one that was hashed. It takes as long if there is no hash.</summary>
    /// <param name="hash">The hash; null if there is none, and so no right password.</param>
    /// <param name="password">The password.</param>
    bool Verify(string? hash, string password);
}
