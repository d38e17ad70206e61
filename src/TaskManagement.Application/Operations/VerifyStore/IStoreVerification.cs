using TaskManagement.Domain.Common;

namespace TaskManagement.Application.Operations;

/// <summary>Compares the tables with the log.</summary>
public interface IStoreVerification
{
    /// <summary>Says where they differ, all of it at one moment while others go on writing.</summary>
    /// <exception cref="DomainException">
    /// <c>verify.running</c>: this node is at it already. <c>verify.no_snapshot</c>: the database does not let it look at one moment.
    /// </exception>
    Task<VerificationDto> VerifyAsync(CancellationToken cancellationToken);
}

/// <summary>What was verified, and what differs.</summary>
public sealed record VerificationDto
{
    /// <summary>The most differences that are listed.</summary>
    public const int MostListed = 1000;

    /// <summary>Whether nothing differs.</summary>
    public required bool Consistent { get; init; }

    /// <summary>The last position in the log at that moment; null if it was empty.</summary>
    public required string? LastPosition { get; init; }

    /// <summary>How many events were read, those without a position included.</summary>
    public required long Events { get; init; }

    /// <summary>The aggregates that were rebuilt, by their kind.</summary>
    public required IReadOnlyList<VerifiedAggregatesDto> Aggregates { get; init; }

    /// <summary>The projections that were made anew.</summary>
    public required IReadOnlyList<VerifiedProjectionDto> Projections { get; init; }

    /// <summary>How many differences there are.</summary>
    public required long DifferencesFound { get; init; }

    /// <summary>The differences, 1000 at most.</summary>
    public required IReadOnlyList<DifferenceDto> Differences { get; init; }

    /// <summary>Whether there are more differences than are listed.</summary>
    public required bool Truncated { get; init; }

    /// <summary>How long it took, in milliseconds.</summary>
    public required double DurationMilliseconds { get; init; }
}

/// <summary>Aggregates that were rebuilt.</summary>
/// <param name="Type">Their kind, such as <c>task</c>.</param>
/// <param name="Compared">How many were compared with their rows. One whose events can't all be read is not.</param>
public sealed record VerifiedAggregatesDto(string Type, long Compared);

/// <summary>A projection that was made anew.</summary>
/// <param name="Subscription">The subscription that keeps it.</param>
/// <param name="Position">Up to where it had come; null if it had not begun.</param>
/// <param name="Events">How many events it was made of.</param>
/// <param name="LeftOut">How many events it has passed and not handled: they are parked, or were discarded. They were left out here too.</param>
public sealed record VerifiedProjectionDto(string Subscription, string? Position, long Events, long LeftOut);

/// <summary>Something that is not as the log says.</summary>
/// <param name="Kind">In which way.</param>
/// <param name="Subject">What it is about, such as <c>task 0198f5e2-…</c>.</param>
/// <param name="Field">The column, or null.</param>
/// <param name="Stored">What the table has, or null.</param>
/// <param name="ByLog">What the log says, or null.</param>
/// <param name="Detail">All of it in a sentence.</param>
public sealed record DifferenceDto(DifferenceKind Kind, string Subject, string? Field, string? Stored, string? ByLog, string Detail);

/// <summary>In which way something is not as the log says.</summary>
public enum DifferenceKind
{
    /// <summary>A column has another value.</summary>
    Value,

    /// <summary>A row is not there.</summary>
    MissingRow,

    /// <summary>There is a row that the log does not know of.</summary>
    UnexpectedRow,

    /// <summary>A row has values that it can't have.</summary>
    UnreadableRow,

    /// <summary>An event is of no known type, or does not state what its type does.</summary>
    UnreadableEvent,

    /// <summary>Events of an aggregate are not there, though later ones are.</summary>
    MissingEvents,

    /// <summary>Positions in the log are given to no event, though later ones are.</summary>
    MissingPositions,

    /// <summary>Positions of an aggregate's events do not follow their versions.</summary>
    WrongOrder,

    /// <summary>A projection could not be made anew.</summary>
    NotCompared,
}
