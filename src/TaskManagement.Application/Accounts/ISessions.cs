using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Tasks;

namespace TaskManagement.Application.Accounts;

/// <summary>The sessions of people, as commands work with them. Changes are saved by the unit of work.</summary>
public interface ISessions
{
    /// <summary>Adds a new session.</summary>
    void Add(Session session);

    /// <summary>Adds a new refresh token.</summary>
    void Add(RefreshToken token);

    /// <summary>The session that a refresh token that has not expired belongs to, whether or not it was used or the session has ended; null if it is none.</summary>
    Task<Session?> FindByRefreshTokenAsync(byte[] hash, CancellationToken cancellationToken);

    /// <summary>Uses a refresh token up. Of all who try at once one is told that it was the first.</summary>
    Task<bool> TryUseAsync(byte[] hash, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>A session that is not ended, or null.</summary>
    Task<Session?> FindAsync(SessionId id, CancellationToken cancellationToken);

    /// <summary>The sessions of a person that are not ended.</summary>
    Task<IReadOnlyList<Session>> ListAsync(UserId person, CancellationToken cancellationToken);
}

/// <summary>The codes that are mailed, as commands work with them. Changes are saved by the unit of work.</summary>
public interface IOneTimeCodes
{
    /// <summary>Adds one that is to be mailed.</summary>
    void Add(OneTimeCode code);

    /// <summary>One by its id, or null.</summary>
    Task<OneTimeCode?> FindAsync(Guid id, CancellationToken cancellationToken);

    /// <summary>One by its hash, or null.</summary>
    Task<OneTimeCode?> FindAsync(byte[] hash, CancellationToken cancellationToken);

    /// <summary>Forgets those of a person.</summary>
    Task RemoveAllAsync(UserId person, CancellationToken cancellationToken);
}

/// <summary>One-time passwords by time (RFC 6238), and the recovery codes that stand in for a lost device.</summary>
public interface ITotp
{
    /// <summary>Makes a new key for a person's device. It is in force when it is confirmed.</summary>
    /// <returns>The key, in base 32.</returns>
    Task<string> MakeKeyAsync(UserId person, CancellationToken cancellationToken);

    /// <summary>Whether a one-time password is right now, whether or not it was used.</summary>
    Task<bool> VerifyAsync(UserId person, string code, CancellationToken cancellationToken);

    /// <summary>Asks for one-time passwords from now on.</summary>
    /// <returns>The recovery codes, to be shown once.</returns>
    Task<IReadOnlyList<string>> EnableAsync(UserId person, CancellationToken cancellationToken);

    /// <summary>Asks for none any more, and forgets the key and the recovery codes.</summary>
    Task DisableAsync(UserId person, CancellationToken cancellationToken);

    /// <summary>Uses a one-time password or a recovery code up; false if it is neither, or was used before (RFC 6238, 5.2).</summary>
    Task<bool> RedeemAsync(UserId person, string code, CancellationToken cancellationToken);
}

/// <summary>
/// Counts attempts at the password of an address in a row, whether or not it is that of an account: what is known is slowed like what is not.
/// </summary>
public interface IPasswordAttempts
{
    /// <summary>
    /// Counts an attempt, before it is known how it ends: who tries many at once is counted as often. Kept whatever becomes of the attempt.
    /// </summary>
    Task<PasswordAttempt> BeginAsync(string email, CancellationToken cancellationToken);

    /// <summary>Begins to count anew, in the transaction at hand.</summary>
    Task ForgiveAsync(string email, CancellationToken cancellationToken);
}

/// <summary>An attempt at a password.</summary>
/// <param name="IsAdmitted">Whether it may succeed; if not, it is not counted.</param>
/// <param name="Failures">How many there were in a row if this one fails.</param>
/// <param name="RefusedUntil">Until when none is admitted if it fails; null if the next one is.</param>
public sealed record PasswordAttempt(bool IsAdmitted, int Failures, DateTimeOffset? RefusedUntil)
{
    private const int FreeFailures = 5;
    private static readonly TimeSpan LongestRefusal = TimeSpan.FromMinutes(15);

    /// <summary>For how long no attempt is admitted after so many failures in a row: five are free, and then it is 1, 2, 4 … seconds up to 15 minutes.</summary>
    public static TimeSpan RefusalAfter(int failures) => failures < FreeFailures
        ? TimeSpan.Zero
        : TimeSpan.FromSeconds(Math.Min(Math.Pow(2, Math.Min(failures - FreeFailures, 20)), LongestRefusal.TotalSeconds));
}
