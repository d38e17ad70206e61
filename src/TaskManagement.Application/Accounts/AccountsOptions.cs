using System.ComponentModel.DataAnnotations;
using TaskManagement.Application.Common.Json;
using TaskManagement.Application.Notifications;

namespace TaskManagement.Application.Accounts;

/// <summary>The section <c>Accounts</c> of the configuration.</summary>
public sealed class AccountsOptions : IValidatableObject
{
    private const string NoKind = "none";

    /// <summary>The name of the section.</summary>
    public const string Section = "Accounts";

    /// <summary>Who may register.</summary>
    [EnumDataType(typeof(RegistrationMode), ErrorMessage = "Accounts:Registration must be Open, Invitation or Closed.")]
    public RegistrationMode Registration { get; set; } = RegistrationMode.Invitation;

    /// <summary>How often a minute one address may register, sign in, refresh, confirm and reset, all together.</summary>
    [Range(1, 1_000_000, ErrorMessage = "Accounts:AttemptsPerMinutePerAddress must be between 1 and 1000000.")]
    public int AttemptsPerMinutePerAddress { get; set; } = 30;

    /// <summary>
    /// What new people get by mail too, and not in their list of notifications alone, until they choose for themselves: kinds of notifications
    /// separated by commas, such as <c>assigned,mentioned</c>, or <c>none</c>. Without it they get all.
    /// </summary>
    public string? MailAtFirst { get; set; }

    /// <summary>What new people get by mail too.</summary>
    internal IEnumerable<NotificationKind> KindsMailedAtFirst =>
        Enum.GetValues<NotificationKind>().Where(kind => Listed.Length == 0 || Listed.Contains(Words<NotificationKind>.Of(kind)));

    private string[] Listed => (MailAtFirst ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        from word in Listed
        where Listed is not [NoKind] && !Words<NotificationKind>.TryParse(word, out _)
        select new ValidationResult($"Accounts:MailAtFirst must be {NoKind}, or some of {string.Join(", ", Words<NotificationKind>.All)}, not '{word}'.");
}

/// <summary>Who may register.</summary>
public enum RegistrationMode
{
    /// <summary>Who was invited by an administrator.</summary>
    Invitation = 0,

    /// <summary>Everyone.</summary>
    Open = 1,

    /// <summary>No one: administrators make accounts.</summary>
    Closed = 2,
}
