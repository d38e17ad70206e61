using TaskManagement.Domain.Alerts;

namespace TaskManagement.Application.Alerts;

/// <summary>Keeps how often each kind of failure occurred.</summary>
public interface IAlertRepository
{
    /// <summary>How long after an alert none is raised for the same kind of failure.</summary>
    TimeSpan Window { get; }

    /// <summary>The kind of failure with this id, or null if it never occurred.</summary>
    Task<Alert?> FindAsync(Guid id, CancellationToken cancellationToken);

    /// <summary>Adds a kind of failure with the transaction.</summary>
    void Add(Alert alert);
}
