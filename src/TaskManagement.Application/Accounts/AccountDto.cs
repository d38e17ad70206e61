namespace TaskManagement.Application.Accounts;

/// <summary>An account as it is read.</summary>
public sealed record AccountRow
{
    /// <summary>The id.</summary>
    public required Guid Id { get; init; }

    /// <summary>The address.</summary>
    public required string Email { get; init; }

    /// <summary>What the person is called.</summary>
    public required string DisplayName { get; init; }

    /// <summary>Whether the address is known to be theirs.</summary>
    public required bool IsConfirmed { get; init; }

    /// <summary>Whether they are an administrator.</summary>
    public required bool IsAdministrator { get; init; }

    /// <summary>Whether nothing is accepted from them.</summary>
    public required bool IsDisabled { get; init; }

    /// <summary>Whether they sign in with one-time passwords.</summary>
    public required bool HasTotp { get; init; }

    /// <summary>When the account was made, in UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>An account as its owner and administrators see it.</summary>
/// <param name="Id">The id, a UUID: the person is <c>assigneeId</c> and the actor <c>user:id</c> by it.</param>
/// <param name="Email">The address.</param>
/// <param name="DisplayName">What the person is called.</param>
/// <param name="EmailConfirmed">Whether the address is known to be theirs; before that they can't sign in.</param>
/// <param name="Administrator">Whether they are an administrator.</param>
/// <param name="Disabled">Whether nothing is accepted from them.</param>
/// <param name="TotpEnabled">Whether they sign in with one-time passwords.</param>
/// <param name="CreatedAt">When it was made, in UTC.</param>
public sealed record AccountDto(
    Guid Id, string Email, string DisplayName, bool EmailConfirmed, bool Administrator, bool Disabled, bool TotpEnabled, DateTimeOffset CreatedAt)
{
    /// <summary>An account as its owner and administrators see it.</summary>
    public static AccountDto From(AccountRow row) =>
        new(row.Id, row.Email, row.DisplayName, row.IsConfirmed, row.IsAdministrator, row.IsDisabled, row.HasTotp, row.CreatedAt);
}
