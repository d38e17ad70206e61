using TaskManagement.Domain.Common;

namespace TaskManagement.Domain.Identity;

/// <summary>What the parts of an account may be.</summary>
public static class AccountRules
{
    /// <summary>The longest address, in characters (RFC 5321).</summary>
    public const int MaxEmailLength = 254;

    /// <summary>The shortest password, in characters.</summary>
    public const int MinPasswordLength = 12;

    /// <summary>The longest password, in characters.</summary>
    public const int MaxPasswordLength = 200;

    /// <summary>What a display name may be.</summary>
    public static readonly TextRule DisplayName = new("display_name", 100);

    private const int MaxLocalLength = 64;
    private static readonly TextRule EmailText = new("email", MaxEmailLength);

    /// <summary>Says what is wrong with a mail address, or null if nothing is: <c>local-part@domain</c>, without quotes, comments and address literals.</summary>
    public static ValueError? CheckEmail(string? raw)
    {
        if (EmailText.Check(raw) is { } error)
            return error;
        return raw!.Trim().Split('@') is [{ Length: > 0 and <= MaxLocalLength } local, { Length: > 0 } domain]
            && IsDotted(local, IsOfLocalPart) && IsDotted(domain, c => char.IsLetterOrDigit(c) || c == '-')
            ? null
            : new("email.malformed", "The email must be an address, such as ann@example.org.");
    }

    /// <summary>Says what is wrong with a new password, or null if nothing is. Its length is what makes it strong; it need not have signs of any kind.</summary>
    public static ValueError? CheckPassword(string? password)
    {
        if (password is not { Length: >= MinPasswordLength })
            return new("password.too_short", $"The password must have at least {MinPasswordLength} characters.");
        return password.Length > MaxPasswordLength ? new("password.too_long", $"The password must have at most {MaxPasswordLength} characters.") : null;
    }

    /// <summary>Says what is wrong with a password that should be known, or null if nothing is: how long real ones are is no one's business.</summary>
    public static ValueError? CheckGivenPassword(string? password) => password is { Length: > 0 and <= MaxPasswordLength }
        ? null
        : new("password.required", $"The password must have 1 to {MaxPasswordLength} characters.");

    /// <summary>Says what is wrong with a code or a token that was given out, or null if nothing is.</summary>
    public static ValueError? CheckSecret(string? secret) => secret is { Length: > 0 and <= MaxPasswordLength }
        ? null
        : new("code.required", $"It must have 1 to {MaxPasswordLength} characters.");

    private static bool IsDotted(string text, Func<char, bool> isAdmitted) =>
        text.Split('.').All(part => part.Length > 0 && part.All(isAdmitted));

    // The characters of an atom (RFC 5322), and letters of other scripts (RFC 6531).
    private static bool IsOfLocalPart(char c) => char.IsLetterOrDigit(c) || "!#$%&'*+-/=?^_`{|}~".Contains(c, StringComparison.Ordinal);
}
