using FluentValidation;
using TaskManagement.Application.Common;

namespace TaskManagement.Application.Operations;

/// <summary>Finds places in the log without reading all of it.</summary>
public interface ILogPositions
{
    /// <summary>The last position; 0 if the log is empty.</summary>
    Task<long> LastAsync(CancellationToken cancellationToken);

    /// <summary>The position of the first event that occurred at a time or later; the one after the last if there is none.</summary>
    /// <remarks>Events are in the order of commit, in which times may be a little out of order.</remarks>
    Task<long> FirstSinceAsync(DateTimeOffset time, CancellationToken cancellationToken);

    /// <summary>The position of the last event that occurred at a time or earlier; 0 if there is none.</summary>
    Task<long> LastUntilAsync(DateTimeOffset time, CancellationToken cancellationToken);

    /// <summary>How many events of these types a range has.</summary>
    Task<long> CountAsync(LogRange range, IReadOnlyCollection<string> types, CancellationToken cancellationToken);
}

/// <summary>A part of the log.</summary>
/// <param name="First">The position of its first event.</param>
/// <param name="Last">The position of its last event.</param>
public readonly record struct LogRange(long First, long Last);

/// <summary>A place in the log as an operator says it: a position or a time, one of both.</summary>
/// <param name="Position">The position of an event.</param>
/// <param name="Time">The time at which events occurred.</param>
public sealed record LogPoint(string? Position = null, DateTimeOffset? Time = null);

internal static class LogPoints
{
    /// <summary>The point, if there is one, must be a position or a time.</summary>
    public static void IsLogPoint<T>(this IRuleBuilder<T, LogPoint?> rule) => rule.Passes(point => point switch
    {
        null or { Position: null, Time: not null } => null,
        { Position: { } position, Time: null } when Positions.TryParse(position, out _) => null,
        { Position: not null, Time: null } => new("position.malformed", "A position is one that the service has told."),
        _ => new("point.malformed", "A place in the log is either a position or a time."),
    });

    /// <summary>The position at which a range begins that begins at this point.</summary>
    public static async Task<long> FirstOfAsync(this ILogPositions log, LogPoint? point, CancellationToken cancellationToken) => point switch
    {
        { Position: { } position } => Math.Max(1, Positions.Parse(position)),
        { Time: { } time } => await log.FirstSinceAsync(time, cancellationToken),
        _ => 1,
    };

    /// <summary>The position at which a range ends that ends at this point, and with the log at the latest.</summary>
    public static async Task<long> LastOfAsync(this ILogPositions log, LogPoint? point, CancellationToken cancellationToken) => point switch
    {
        { Position: { } position } => Math.Min(Positions.Parse(position), await log.LastAsync(cancellationToken)),
        { Time: { } time } => await log.LastUntilAsync(time, cancellationToken),
        _ => await log.LastAsync(cancellationToken),
    };
}
