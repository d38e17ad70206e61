using TaskManagement.Domain.Tasks;

namespace TaskManagement.Domain.Identity;

/// <summary>What a code that was mailed is good for, once. The code itself is made when it is mailed; its hash is kept.</summary>
public sealed class OneTimeCode
{
    private OneTimeCode()
    {
    }

    /// <summary>The id, which is no secret.</summary>
    public Guid Id { get; private set; }

    /// <summary>What it is good for.</summary>
    public CodePurpose Purpose { get; private set; }

    /// <summary>The account that it is about; null for an invitation, and if there is none.</summary>
    public UserId? AccountId { get; private set; }

    /// <summary>The address that it proves, if that is not the one of the account.</summary>
    public string? Email { get; private set; }

    /// <summary>Whether it invites an administrator.</summary>
    public bool Administrator { get; private set; }

    /// <summary>The SHA-256 hash of the code; null until it is mailed.</summary>
    public byte[]? Hash { get; private set; }

    /// <summary>When it was asked for, in UTC.</summary>
    public DateTimeOffset CreatedAt { get; private set; }

    /// <summary>Until when it is accepted, in UTC.</summary>
    public DateTimeOffset ExpiresAt { get; private set; }

    /// <summary>When it was used, in UTC, or null.</summary>
    public DateTimeOffset? UsedAt { get; private set; }

    /// <summary>Asks for a code about an account.</summary>
    /// <param name="purpose">What it is good for.</param>
    /// <param name="account">The account; null if there is none, and so nothing to mail.</param>
    /// <param name="at">Now.</param>
    /// <param name="email">The address that it proves, if that is not the one of the account.</param>
    public static OneTimeCode Of(CodePurpose purpose, UserId? account, DateTimeOffset at, string? email = null) => new()
    {
        Id = Guid.CreateVersion7(),
        Purpose = purpose,
        AccountId = account,
        Email = email,
        CreatedAt = at,
        ExpiresAt = at + LifeOf(purpose),
    };

    /// <summary>Asks for a code that invites someone.</summary>
    /// <param name="email">Their address.</param>
    /// <param name="administrator">Whether as an administrator.</param>
    /// <param name="at">Now.</param>
    public static OneTimeCode Invitation(string email, bool administrator, DateTimeOffset at)
    {
        var code = Of(CodePurpose.Invitation, account: null, at, email);
        code.Administrator = administrator;
        return code;
    }

    /// <summary>Whether the code is accepted at a moment.</summary>
    public bool IsValidAt(DateTimeOffset moment) => UsedAt is null && ExpiresAt > moment;

    /// <summary>Notes the code that is mailed. One that was mailed before is good for nothing from now on.</summary>
    /// <param name="hash">Its SHA-256 hash.</param>
    public void Mail(byte[] hash) => Hash = hash;

    /// <summary>Uses it up.</summary>
    public void Use(DateTimeOffset at) => UsedAt = at;

    private static TimeSpan LifeOf(CodePurpose purpose) => purpose switch
    {
        CodePurpose.Invitation => TimeSpan.FromDays(7),
        CodePurpose.PasswordReset => TimeSpan.FromHours(1),
        _ => TimeSpan.FromDays(1),
    };
}

/// <summary>What a code that was mailed is good for.</summary>
public enum CodePurpose
{
    /// <summary>To prove that the address of an account is its owner's.</summary>
    Confirmation,

    /// <summary>To give an account another address.</summary>
    EmailChange,

    /// <summary>To set a password without the one before.</summary>
    PasswordReset,

    /// <summary>To register.</summary>
    Invitation,
}
