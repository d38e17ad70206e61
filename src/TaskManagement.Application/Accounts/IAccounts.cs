using TaskManagement.Application.Common;
using TaskManagement.Domain.Tasks;

namespace TaskManagement.Application.Accounts;

/// <summary>The accounts of people, as commands work with them. Changes are saved by the unit of work.</summary>
public interface IAccounts
{
    /// <summary>An account that is not deleted, or null.</summary>
    Task<KnownAccount?> FindAsync(UserId id, CancellationToken cancellationToken);

    /// <summary>The account with an address, whatever its case, or null.</summary>
    Task<KnownAccount?> FindByEmailAsync(string email, CancellationToken cancellationToken);

    /// <summary>Adds a new account.</summary>
    Task AddAsync(NewAccount account, CancellationToken cancellationToken);

    /// <summary>Changes what is said of it, and nothing else.</summary>
    /// <exception cref="NotFoundException">There is no such account.</exception>
    Task ChangeAsync(UserId id, AccountChange change, CancellationToken cancellationToken);

    /// <summary>Takes everything personal out of an account and leaves its id, so that nobody else is ever taken for its owner.</summary>
    /// <exception cref="NotFoundException">There is no such account.</exception>
    Task EraseAsync(UserId id, CancellationToken cancellationToken);
}

/// <summary>An account, and what is needed to check a password.</summary>
/// <param name="Row">The account.</param>
/// <param name="PasswordHash">The hash of its password.</param>
public sealed record KnownAccount(AccountRow Row, string? PasswordHash)
{
    /// <summary>The person.</summary>
    public UserId Id => new(Row.Id);
}

/// <summary>A new account.</summary>
/// <param name="Id">The person.</param>
/// <param name="Email">The address.</param>
/// <param name="DisplayName">What the person is called.</param>
/// <param name="PasswordHash">The hash of the password.</param>
/// <param name="IsConfirmed">Whether the address is known to be theirs.</param>
/// <param name="IsAdministrator">Whether they are an administrator.</param>
/// <param name="At">When it is made.</param>
public sealed record NewAccount(
    UserId Id, string Email, string DisplayName, string PasswordHash, bool IsConfirmed, bool IsAdministrator, DateTimeOffset At);

/// <summary>What is changed of an account; null leaves it as it is.</summary>
/// <param name="DisplayName">What the person is called.</param>
/// <param name="Email">The address, confirmed.</param>
/// <param name="IsConfirmed">Whether the address is known to be theirs.</param>
/// <param name="PasswordHash">The hash of the password.</param>
/// <param name="IsAdministrator">Whether they are an administrator.</param>
/// <param name="IsDisabled">Whether nothing is accepted from them.</param>
public sealed record AccountChange(
    string? DisplayName = null, string? Email = null, bool? IsConfirmed = null, string? PasswordHash = null, bool? IsAdministrator = null, bool? IsDisabled = null);
