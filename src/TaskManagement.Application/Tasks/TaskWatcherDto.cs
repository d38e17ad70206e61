namespace TaskManagement.Application.Tasks;

/// <summary>A person who watches a task.</summary>
/// <param name="PersonId">The person.</param>
/// <param name="Since">From when on, in UTC.</param>
public sealed record TaskWatcherDto(Guid PersonId, DateTimeOffset Since);
