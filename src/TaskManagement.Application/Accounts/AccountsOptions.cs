using System.ComponentModel.DataAnnotations;

namespace TaskManagement.Application.Accounts;

/// <summary>The section <c>Accounts</c> of the configuration.</summary>
public sealed class AccountsOptions
{
    /// <summary>The name of the section.</summary>
    public const string Section = "Accounts";

    /// <summary>Who may register.</summary>
    [EnumDataType(typeof(RegistrationMode), ErrorMessage = "Accounts:Registration must be Open, Invitation or Closed.")]
    public RegistrationMode Registration { get; set; } = RegistrationMode.Invitation;

    /// <summary>How often a minute one address may register, sign in, refresh, confirm and reset, all together.</summary>
    [Range(1, 1_000_000, ErrorMessage = "Accounts:AttemptsPerMinutePerAddress must be between 1 and 1000000.")]
    public int AttemptsPerMinutePerAddress { get; set; } = 30;
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
