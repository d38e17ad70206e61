namespace TaskManagement.Domain.Common;

/// <summary>Who makes a change, and when. Aggregates are given it and never ask a clock.</summary>
/// <param name="By">The user, token or system process on whose behalf the change is made.</param>
/// <param name="At">The time of the change, in UTC with millisecond precision.</param>
public readonly record struct ChangeStamp(ActorId By, DateTimeOffset At);
