namespace TaskManagement.Application.Operations;

/// <summary>An event, as far as an operator has to know it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Type">Its stable name, such as <c>task.completed</c>.</param>
/// <param name="Subject">The id of the aggregate that it is about: its lane.</param>
/// <param name="OccurredAt">When it happened, in UTC.</param>
/// <param name="Position">Its place in the log; null until it is given one, just after the commit.</param>
public sealed record EventDto(Guid Id, string Type, Guid Subject, DateTimeOffset OccurredAt, string? Position);
