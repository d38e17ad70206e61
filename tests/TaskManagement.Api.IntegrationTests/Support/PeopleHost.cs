using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using TaskManagement.Infrastructure.Persistence;
using TaskManagement.TestSupport;

namespace TaskManagement.Api.IntegrationTests.Support;

/// <summary>The whole service with people in it, and a folder that their mail goes to.</summary>
internal sealed partial class PeopleHost : IAsyncDisposable
{
    public const string Password = "correct horse battery";
    public const string AccountsUrl = "/api/v1/accounts";
    public const string SessionsUrl = "/api/v1/sessions";
    public const string MeUrl = "/api/v1/me";

    private readonly TemporaryFolder _mail;

    private PeopleHost(ApiHost api, TemporaryFolder mail)
    {
        Api = api;
        _mail = mail;
        Anyone = api.CreateClient(token: null);
    }

    public ApiHost Api { get; }

    /// <summary>A client with the administrator's token, which is no person's.</summary>
    public HttpClient Service => Api.Client;

    /// <summary>A client without a token.</summary>
    public HttpClient Anyone { get; }

    public static async Task<PeopleHost> StartAsync(
        DatabaseKind kind, string registration = "Open", Dictionary<string, string?>? settings = null, Action<IServiceCollection>? configure = null)
    {
        var mail = new TemporaryFolder();
        var all = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Notifications:Delivery"] = "Folder",
            ["Notifications:Folder"] = mail.Path,
            ["Accounts:Registration"] = registration,
            ["Accounts:AttemptsPerMinutePerAddress"] = "1000",
        };
        foreach (var (name, value) in settings ?? [])
            all[name] = value;
        return new(await ApiHost.StartAsync(kind, all, configure), mail);
    }

    /// <summary>Makes an account that can be used at once.</summary>
    public Task<JsonNode> AddAsync(string name, bool administrator = false) => Service.PostJsonAsync(AccountsUrl, new JsonObject
    {
        ["email"] = AddressOf(name),
        ["displayName"] = name,
        ["password"] = Password,
        ["administrator"] = administrator,
    }.ToJsonString()).ShouldBeAsync(HttpStatusCode.Created);

    public Task<HttpResponseMessage> TrySignInAsync(string name, string password = Password, string? code = null) =>
        Anyone.PostJsonAsync(SessionsUrl, new JsonObject { ["email"] = AddressOf(name), ["password"] = password, ["code"] = code }.ToJsonString());

    public Task<JsonNode> OpenSessionAsync(string name, string password = Password, string? code = null) =>
        TrySignInAsync(name, password, code).ShouldBeAsync(HttpStatusCode.Created);

    /// <summary>A client of a person who has signed in.</summary>
    public async Task<HttpClient> SignInAsync(string name, string password = Password) =>
        Api.CreateClient((await OpenSessionAsync(name, password)).Text("accessToken"));

    /// <summary>A client of a new person who has signed in.</summary>
    public async Task<HttpClient> EnterAsync(string name, bool administrator = false)
    {
        await AddAsync(name, administrator);
        return await SignInAsync(name);
    }

    public Task<HttpResponseMessage> RefreshAsync(string refreshToken) =>
        Anyone.PostJsonAsync($"{SessionsUrl}/refresh", new JsonObject { ["refreshToken"] = refreshToken }.ToJsonString());

    public static string AddressOf(string name) => $"{name}@people.example";

    /// <summary>The mails to someone with a subject.</summary>
    public IReadOnlyList<string> MailsTo(string name, string subject) =>
    [
        .. Directory.EnumerateFiles(_mail.Path, "*.eml").OrderBy(file => file, StringComparer.Ordinal).Select(File.ReadAllText)
            .Where(mail => mail.Contains($"To: <{AddressOf(name)}>", StringComparison.Ordinal) && mail.Contains($"Subject: {subject}", StringComparison.Ordinal)),
    ];

    /// <summary>The mails to someone with a subject, when there are as many as that.</summary>
    public async Task<IReadOnlyList<string>> MailsToAsync(string name, string subject, int count = 1)
    {
        await Eventually.IsTrueAsync($"{name} has mail about '{subject}'", () => Task.FromResult(MailsTo(name, subject).Count >= count));
        return MailsTo(name, subject);
    }

    /// <summary>The code in the last mail to someone with a subject.</summary>
    public async Task<string> CodeMailedAsync(string name, string subject, int count = 1) =>
        Code().Match((await MailsToAsync(name, subject, count))[^1]).Value is { Length: > 0 } code ? code : throw new InvalidOperationException("The mail has no code.");

    /// <summary>The one-time password of a key (RFC 6238).</summary>
    /// <param name="key">The key, in base 32.</param>
    /// <param name="stepsAgo">How many steps of 30 seconds ago.</param>
    public static string OneTimePassword(string key, int stepsAgo = 0)
    {
        var step = BitConverter.GetBytes(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() / 30 - stepsAgo);
        Array.Reverse(step);
        // The standard's own algorithm, which authenticator apps have.
#pragma warning disable CA5350
        var hash = HMACSHA1.HashData(FromBase32(key), step);
#pragma warning restore CA5350
        var offset = hash[^1] & 0xF;
        var number = ((hash[offset] & 0x7F) << 24) | (hash[offset + 1] << 16) | (hash[offset + 2] << 8) | hash[offset + 3];
        return (number % 1_000_000).ToString("D6", CultureInfo.InvariantCulture);
    }

    public async ValueTask DisposeAsync()
    {
        Anyone.Dispose();
        await Api.DisposeAsync();
        _mail.Dispose();
    }

    private static byte[] FromBase32(string text)
    {
        var (bits, value, bytes) = (0, 0, new List<byte>());
        foreach (var c in text)
        {
            value = (value << 5) | "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".IndexOf(c, StringComparison.Ordinal);
            bits += 5;
            if (bits < 8)
                continue;
            bits -= 8;
            bytes.Add((byte)(value >> bits));
            value &= (1 << bits) - 1;
        }

        return [.. bytes];
    }

    [GeneratedRegex("tmc_[A-Za-z0-9_-]{43}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Code();
}
