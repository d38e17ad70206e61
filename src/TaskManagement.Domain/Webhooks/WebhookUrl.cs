using TaskManagement.Domain.Common;

namespace TaskManagement.Domain.Webhooks;

/// <summary>
/// Where a webhook is called: an absolute http or https URL of at most 2,000 characters, without user information and fragment. Its path and query
/// are often a secret themselves, so the log is told its <see cref="Origin"/> only.
/// </summary>
public sealed record WebhookUrl
{
    /// <summary>The longest URL, in characters.</summary>
    public const int MaxLength = 2000;

    private WebhookUrl(Uri uri) => Uri = uri;

    /// <summary>The URL, with its host in the form in which it is resolved.</summary>
    public Uri Uri { get; }

    /// <summary>The URL as text.</summary>
    public string Value => Uri.AbsoluteUri;

    /// <summary>Its scheme, host and port, such as <c>https://hooks.example.com</c>.</summary>
    public string Origin => Uri.GetLeftPart(UriPartial.Authority);

    /// <summary>Says what is wrong with a text, or null if nothing is.</summary>
    public static ValueError? Check(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
            return new("url.required", "The url must not be empty.");
        if (text.Length > MaxLength)
            return new("url.too_long", $"The url must have at most {MaxLength} characters.");
        if (text.Any(c => char.IsControl(c) || char.IsWhiteSpace(c) || char.IsSurrogate(c)) || !Uri.TryCreate(text, UriKind.Absolute, out var uri)
            || (uri.Scheme != Uri.UriSchemeHttp && uri.Scheme != Uri.UriSchemeHttps) || uri.Host.Length == 0)
            return new("url.malformed", "The url must be absolute, and begin with http:// or https://.");
        if (uri.UserInfo.Length > 0)
            return new("url.user_info", "The url must not have a user name or a password: receivers know a call by its signature.");
        if (uri.Fragment.Length > 0)
            return new("url.fragment", "The url must not have a fragment.");
        return uri.AbsoluteUri.Length > MaxLength ? new("url.too_long", $"The url must have at most {MaxLength} characters when it is escaped.") : null;
    }

    /// <summary>Makes a URL of a text.</summary>
    /// <exception cref="InvalidValueException">The text is none; see <see cref="Check"/>.</exception>
    public static WebhookUrl From(string? text) => Check(text) is { } error ? throw new InvalidValueException(error) : new(new Uri(text!));
}
