namespace TaskManagement.Application.Common;

/// <summary>One database transaction around one command.</summary>
public interface IUnitOfWork
{
    /// <summary>Whether a transaction is open in this scope: a command sent by a handler joins it.</summary>
    bool IsActive { get; }

    /// <summary>
    /// Opens a transaction, runs the work, saves once and commits. If anything throws, nothing is kept.
    /// The work may run again, on a clean change tracker, when the database asks for it.
    /// </summary>
    /// <exception cref="ConcurrencyConflictException">Another transaction was first.</exception>
    /// <exception cref="DuplicateException">A new row has the identity of an old one.</exception>
    Task<T> ExecuteAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken);
}
