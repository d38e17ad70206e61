using System.Security.Cryptography;

namespace TaskManagement.Domain.Webhooks;

/// <summary>
/// What is needed to call a webhook, and is kept out of the log, which is for good and read by many: its URL and the secrets its calls are signed
/// with. And since when its calls have failed.
/// </summary>
public sealed class WebhookEndpoint
{
    private const string Prefix = "whsec_";
    private const int SecretBytes = 32;

    private WebhookEndpoint()
    {
    }

    /// <summary>The webhook.</summary>
    public WebhookId Id { get; private set; }

    /// <summary>Where it is called; see <see cref="WebhookUrl"/>.</summary>
    public string Url { get; private set; } = "";

    /// <summary>What calls are signed with, in the form of Standard Webhooks: <c>whsec_</c> and 32 bytes in Base64.</summary>
    public string Secret { get; private set; } = "";

    /// <summary>The secret before, or null.</summary>
    public string? PreviousSecret { get; private set; }

    /// <summary>Until when calls are signed with the secret before as well, in UTC.</summary>
    public DateTimeOffset? PreviousUntil { get; private set; }

    /// <summary>The first failed call since the last that succeeded, in UTC, or null.</summary>
    public DateTimeOffset? FailingSince { get; private set; }

    /// <summary>The endpoint of a new webhook, with a secret of its own.</summary>
    public static WebhookEndpoint Of(WebhookId id, WebhookUrl url) => new() { Id = id, Url = url.Value, Secret = NewSecret() };

    /// <summary>Has it called elsewhere from now on.</summary>
    public void MoveTo(WebhookUrl url) => (Url, FailingSince) = (url.Value, null);

    /// <summary>Gives it a new secret; the one before signs as well until a moment.</summary>
    public void Rotate(DateTimeOffset previousUntil) => (PreviousSecret, PreviousUntil, Secret) = (Secret, previousUntil, NewSecret());

    /// <summary>The secrets to sign with at a moment, the newest first.</summary>
    public IReadOnlyList<string> SecretsAt(DateTimeOffset now) => PreviousSecret is { } previous && now < PreviousUntil ? [Secret, previous] : [Secret];

    /// <summary>Notes that calls succeed.</summary>
    public void Works() => FailingSince = null;

    /// <summary>Notes that a call failed; returns for how long all have.</summary>
    public TimeSpan Fails(DateTimeOffset at)
    {
        FailingSince ??= at;
        return at - FailingSince.Value;
    }

    private static string NewSecret() => Prefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(SecretBytes));
}
