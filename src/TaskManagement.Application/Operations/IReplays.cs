using TaskManagement.Application.Common;

namespace TaskManagement.Application.Operations;

/// <summary>Ranges of events that are delivered again. What changes them is part of the transaction at hand.</summary>
public interface IReplays
{
    /// <summary>All of them, the latest first.</summary>
    Task<IReadOnlyList<ReplayDto>> ListAsync(CancellationToken cancellationToken);

    /// <summary>The one of this number.</summary>
    /// <exception cref="NotFoundException">There is none.</exception>
    Task<ReplayDto> GetAsync(long id, CancellationToken cancellationToken);

    /// <summary>Starts one, and returns its number.</summary>
    /// <param name="subscription">The subscription; some node has taken it up.</param>
    /// <param name="range">The positions of the first and the last event.</param>
    /// <param name="types">The types to deliver; null for all that it takes.</param>
    /// <param name="cancellationToken">Ends it before anything is changed.</param>
    Task<long> StartAsync(string subscription, LogRange range, IReadOnlyList<string>? types, CancellationToken cancellationToken);

    /// <summary>Ends one that is not through, and drops what is parked of it; false if it is through.</summary>
    Task<bool> CancelAsync(long id, CancellationToken cancellationToken);
}
