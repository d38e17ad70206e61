namespace TaskManagement.Domain.Common;

/// <summary>What a field held before and after a change.</summary>
/// <typeparam name="T">The type of the field.</typeparam>
/// <param name="Before">The value before.</param>
/// <param name="After">The value after.</param>
public sealed record Change<T>(T Before, T After);
