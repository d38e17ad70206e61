using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

namespace TaskManagement.Infrastructure.Messaging.Webhooks;

/// <summary>Signs calls as Standard Webhooks 1.0 says (standardwebhooks.com): HMAC-SHA256 over id, time and body.</summary>
internal static class StandardWebhooks
{
    private const string SecretPrefix = "whsec_";

    /// <summary>Adds the headers by which a receiver knows that a call is genuine, recent, and no repetition of one that it has handled.</summary>
    /// <param name="headers">The headers of the call.</param>
    /// <param name="id">The same in every attempt to deliver one event to one receiver; without a full stop, which separates what is signed.</param>
    /// <param name="at">The time of this attempt.</param>
    /// <param name="body">The body, byte for byte.</param>
    /// <param name="secrets">The secrets to sign with, each in the form <c>whsec_</c> and a key in Base64.</param>
    public static void Sign(HttpHeaders headers, string id, DateTimeOffset at, ReadOnlySpan<byte> body, IReadOnlyList<string> secrets)
    {
        var timestamp = at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{id}.{timestamp}."), .. body];
        headers.Add("webhook-id", id);
        headers.Add("webhook-timestamp", timestamp);
        headers.Add("webhook-signature", string.Join(' ', secrets.Select(secret => "v1," + Convert.ToBase64String(HMACSHA256.HashData(KeyOf(secret), signed)))));
    }

    private static byte[] KeyOf(string secret) => Convert.FromBase64String(secret[SecretPrefix.Length..]);
}
