using System.ComponentModel.DataAnnotations;
using System.Net.Mail;

namespace TaskManagement.Infrastructure.Notifications;

/// <summary>The section <c>Notifications</c> of the configuration.</summary>
public sealed class NotificationsOptions : IValidatableObject
{
    /// <summary>The name of the section.</summary>
    public const string Section = "Notifications";

    /// <summary>Where messages to people go.</summary>
    [EnumDataType(typeof(DeliveryKind), ErrorMessage = "Notifications:Delivery must be Folder, Smtp or None.")]
    public DeliveryKind Delivery { get; set; }

    /// <summary>The folder into which messages are written, each as a file in the format of mail.</summary>
    [Required(ErrorMessage = "Notifications:Folder must not be empty.")]
    public string Folder { get; set; } = "data/outbox";

    /// <summary>The domain of the addresses of people who have no account: they have the address id@domain.</summary>
    [Required(ErrorMessage = "Notifications:Domain must not be empty.")]
    public string Domain { get; set; } = "users.localhost";

    /// <summary>The sender of messages: an address, or a name and an address in angle brackets.</summary>
    [Required(ErrorMessage = "Notifications:From must not be empty.")]
    public string From { get; set; } = "TaskManagement <taskmanagement@localhost>";

    /// <summary>The mail server; required for the delivery Smtp.</summary>
    public string? SmtpHost { get; set; }

    /// <summary>The port of the mail server.</summary>
    [Range(1, 65535, ErrorMessage = "Notifications:SmtpPort must be between 1 and 65535.")]
    public int SmtpPort { get; set; } = 587;

    /// <summary>Whether the connection must be encrypted, by STARTTLS.</summary>
    public bool SmtpUseTls { get; set; } = true;

    /// <summary>The name to log in with; none for no login.</summary>
    public string? SmtpUserName { get; set; }

    /// <summary>The password to log in with.</summary>
    public string? SmtpPassword { get; set; }

    /// <summary>How long sending one message may take, in seconds.</summary>
    [Range(1, 600, ErrorMessage = "Notifications:SmtpTimeLimitSeconds must be between 1 and 600.")]
    public int SmtpTimeLimitSeconds { get; set; } = 20;

    /// <summary>For how many days notifications are kept once they are read.</summary>
    [Range(1, 3650, ErrorMessage = "Notifications:KeepDays must be between 1 and 3650.")]
    public int KeepDays { get; set; } = 90;

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!MailAddress.TryCreate(From, out _))
            yield return new("Notifications:From must be a mail address, such as TaskManagement <tasks@example.org>.");
        if (!MailAddress.TryCreate($"someone@{Domain}", out var someone) || !string.Equals(someone.Host, Domain, StringComparison.Ordinal))
            yield return new("Notifications:Domain must be a domain, such as example.org.");
        if (Delivery == DeliveryKind.Smtp && string.IsNullOrWhiteSpace(SmtpHost))
            yield return new("Notifications:SmtpHost must name the mail server.");
    }
}

/// <summary>Where messages to people go.</summary>
public enum DeliveryKind
{
    /// <summary>Into a folder, as files.</summary>
    Folder = 0,

    /// <summary>To a mail server.</summary>
    Smtp = 1,

    /// <summary>Nowhere.</summary>
    None = 2,
}
