using TaskManagement.Domain.Common;
using TaskManagement.Domain.Operations.Events;

namespace TaskManagement.Application.Alerts;

/// <summary>Which failures count for alerts.</summary>
public static class AlertRules
{
    /// <summary>Whether someone should look at a failure that a subscription which raises alerts was told of.</summary>
    /// <param name="failure">The failure.</param>
    /// <param name="subscription">The subscription that raises the alerts.</param>
    public static bool Concerns(IFailure failure, string subscription) =>
        !failure.IsExpected
        // If it is its own handler that failed, it would fail again at telling so, and again.
        && !(failure is SubscriptionEventDeadLettered dead && string.Equals(dead.Subscription, subscription, StringComparison.Ordinal));
}
