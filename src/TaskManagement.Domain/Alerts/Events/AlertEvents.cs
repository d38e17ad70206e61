using TaskManagement.Domain.Common;

namespace TaskManagement.Domain.Alerts.Events;

/// <summary>Something failed that someone should look at. The event that led to it is its cause.</summary>
/// <param name="Key">What is the same for all failures of this kind: source and code.</param>
/// <param name="Severity">How much it matters.</param>
/// <param name="Source">What failed, such as <c>subscription:mail-assignee</c>.</param>
/// <param name="Code">In which way, such as <c>event_dead_lettered</c>.</param>
/// <param name="Summary">A sentence for people.</param>
/// <param name="Repeated">How many more failures of this kind there were since the alert before this one, and none was raised for them.</param>
[EventType("alert.raised", 1)]
public sealed record AlertRaised(string Key, AlertSeverity Severity, string Source, string Code, string Summary, long Repeated) : DomainEvent;
