using TaskManagement.Domain.Alerts;

namespace TaskManagement.Domain.Common;

/// <summary>
/// An event that says that something failed. Every event that implements it can raise an alert; implement it explicitly, since it is no part
/// of what the event states.
/// </summary>
public interface IFailure : IDomainEvent
{
    /// <summary>What failed, by a stable name, such as <c>subscription:mail-assignee</c> or <c>command:CompleteTask</c>.</summary>
    string Source { get; }

    /// <summary>In which way, by a stable code. What has the same source and code is the same failure, once more.</summary>
    string Code { get; }

    /// <summary>A sentence for people.</summary>
    string Summary { get; }

    /// <summary>Whether it was to be expected, such as the refusal of a rule: then it alerts no one.</summary>
    bool IsExpected { get; }

    /// <summary>How much it matters; an error unless the event says otherwise.</summary>
    AlertSeverity Severity => AlertSeverity.Error;
}
