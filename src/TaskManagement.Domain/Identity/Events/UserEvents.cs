using TaskManagement.Domain.Alerts;
using TaskManagement.Domain.Common;

namespace TaskManagement.Domain.Identity.Events;

/// <summary>Someone asked for an account. Whether there is one is the next event.</summary>
/// <param name="UserId">The id that it would have.</param>
[EventType("user.registration_attempted", 1)]
public sealed record UserRegistrationAttempted(Guid UserId) : DomainEvent;

/// <summary>There is a new account.</summary>
/// <param name="UserId">Its id.</param>
/// <param name="IsConfirmed">Whether its address is known to be its owner's.</param>
/// <param name="IsAdministrator">Whether it is an administrator's.</param>
/// <param name="CodeId">The id of the code that is mailed to confirm the address, which is not the code; null if there is no need.</param>
[EventType("user.registration_succeeded", 1)]
public sealed record UserRegistrationSucceeded(Guid UserId, bool IsConfirmed, bool IsAdministrator, Guid? CodeId) : DomainEvent;

/// <summary>A new account was refused.</summary>
/// <param name="UserId">The id that it would have had.</param>
/// <param name="Code">Why, as a stable code such as <c>account.already_exists</c>.</param>
/// <param name="ExistingUserId">The account that has the address already, whose owner is told of it; null if that is not why.</param>
[EventType("user.registration_failed", 1)]
public sealed record UserRegistrationFailed(Guid UserId, string Code, Guid? ExistingUserId) : DomainEvent;

/// <summary>An administrator invited someone to register.</summary>
/// <param name="InvitationId">The id of the invitation, which is not its code.</param>
/// <param name="IsAdministrator">Whether as an administrator.</param>
/// <param name="ExpiresAt">Until when.</param>
[EventType("user.invited", 1)]
public sealed record UserInvited(Guid InvitationId, bool IsAdministrator, DateTimeOffset ExpiresAt) : DomainEvent;

/// <summary>Someone asked once more for the code that confirms an address.</summary>
/// <param name="UserId">The account; a new id if there is none.</param>
/// <param name="CodeId">The id of the code that is mailed, which is not the code.</param>
[EventType("user.confirmation_requested", 1)]
public sealed record UserConfirmationRequested(Guid UserId, Guid CodeId) : DomainEvent;

/// <summary>Someone came with a code to confirm an address. Whether it was right is the next event.</summary>
/// <param name="UserId">The account; a new id if there is none.</param>
[EventType("user.confirmation_attempted", 1)]
public sealed record UserConfirmationAttempted(Guid UserId) : DomainEvent;

/// <summary>An address is confirmed: it is the account's from now on.</summary>
/// <param name="UserId">The account.</param>
/// <param name="IsChange">Whether it had another before.</param>
[EventType("user.confirmation_succeeded", 1)]
public sealed record UserConfirmationSucceeded(Guid UserId, bool IsChange) : DomainEvent;

/// <summary>An address was not confirmed.</summary>
/// <param name="UserId">The account; a new id if there is none.</param>
/// <param name="Code">Why, as a stable code.</param>
[EventType("user.confirmation_failed", 1)]
public sealed record UserConfirmationFailed(Guid UserId, string Code) : DomainEvent;

/// <summary>A person asked for another address. It is theirs when they confirm it.</summary>
/// <param name="UserId">The account.</param>
/// <param name="CodeId">The id of the code that is mailed, which is not the code.</param>
[EventType("user.email_change_requested", 1)]
public sealed record UserEmailChangeRequested(Guid UserId, Guid CodeId) : DomainEvent;

/// <summary>Someone tried to change a password. Whether they could is the next event.</summary>
/// <param name="UserId">The account.</param>
[EventType("user.password_change_attempted", 1)]
public sealed record UserPasswordChangeAttempted(Guid UserId) : DomainEvent;

/// <summary>A person has another password.</summary>
/// <param name="UserId">The account.</param>
[EventType("user.password_change_succeeded", 1)]
public sealed record UserPasswordChangeSucceeded(Guid UserId) : DomainEvent;

/// <summary>A password was not changed.</summary>
/// <param name="UserId">The account.</param>
/// <param name="Code">Why, as a stable code.</param>
[EventType("user.password_change_failed", 1)]
public sealed record UserPasswordChangeFailed(Guid UserId, string Code) : DomainEvent;

/// <summary>Someone asked to set a password without the one before.</summary>
/// <param name="UserId">The account; a new id if there is none.</param>
/// <param name="CodeId">The id of the code that is mailed, which is not the code.</param>
[EventType("user.password_reset_requested", 1)]
public sealed record UserPasswordResetRequested(Guid UserId, Guid CodeId) : DomainEvent;

/// <summary>Someone came with a code to set a password. Whether it was right is the next event.</summary>
/// <param name="UserId">The account; a new id if there is none.</param>
[EventType("user.password_reset_attempted", 1)]
public sealed record UserPasswordResetAttempted(Guid UserId) : DomainEvent;

/// <summary>A password was set by a code that was mailed.</summary>
/// <param name="UserId">The account.</param>
[EventType("user.password_reset_succeeded", 1)]
public sealed record UserPasswordResetSucceeded(Guid UserId) : DomainEvent;

/// <summary>A password was not set.</summary>
/// <param name="UserId">The account; a new id if there is none.</param>
/// <param name="Code">Why, as a stable code.</param>
[EventType("user.password_reset_failed", 1)]
public sealed record UserPasswordResetFailed(Guid UserId, string Code) : DomainEvent;

/// <summary>A person signs in with one-time passwords from now on.</summary>
/// <param name="UserId">The account.</param>
[EventType("user.totp_enabled", 1)]
public sealed record UserTotpEnabled(Guid UserId) : DomainEvent;

/// <summary>A person signs in without one-time passwords from now on.</summary>
/// <param name="UserId">The account.</param>
[EventType("user.totp_disabled", 1)]
public sealed record UserTotpDisabled(Guid UserId) : DomainEvent;

/// <summary>A person became an administrator, or is none any more.</summary>
/// <param name="UserId">The account.</param>
/// <param name="IsAdministrator">Whether they are one now.</param>
[EventType("user.role_changed", 1)]
public sealed record UserRoleChanged(Guid UserId, bool IsAdministrator) : DomainEvent;

/// <summary>An administrator disabled an account: nothing is accepted from its owner.</summary>
/// <param name="UserId">The account.</param>
[EventType("user.disabled", 1)]
public sealed record UserDisabled(Guid UserId) : DomainEvent;

/// <summary>An administrator enabled an account again.</summary>
/// <param name="UserId">The account.</param>
[EventType("user.enabled", 1)]
public sealed record UserEnabled(Guid UserId) : DomainEvent;

/// <summary>Too many wrong passwords or codes came one after the other, so that for a while not even right ones are accepted.</summary>
/// <param name="UserId">The account; null if there is none with the address that was tried.</param>
/// <param name="Failures">How many came in a row.</param>
/// <param name="Until">Until when none is accepted.</param>
[EventType("user.sign_ins_refused", 1)]
public sealed record UserSignInsRefused(Guid? UserId, int Failures, DateTimeOffset Until) : DomainEvent, IFailure
{
    string IFailure.Source => UserId is { } id ? $"user:{id}" : "user:unknown";

    string IFailure.Code => "auth.repeated_failures";

    string IFailure.Summary => $"{Failures} attempts at {(UserId is { } id ? $"the account {id}" : "an address without account")} failed in a row.";

    bool IFailure.IsExpected => false;

    AlertSeverity IFailure.Severity => AlertSeverity.Warning;
}

/// <summary>An account was deleted. What was personal is gone; the log keeps the id.</summary>
/// <param name="UserId">Its id.</param>
[EventType("user.deleted", 1)]
public sealed record UserDeleted(Guid UserId) : DomainEvent;
