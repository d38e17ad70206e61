using TaskManagement.Domain.Common;

namespace TaskManagement.Application.Operations;

/// <summary>What a subscription must be for what is to be done with it.</summary>
internal static class SubscriptionRules
{
    /// <summary>Some node has taken it up, so there is progress to change.</summary>
    public static SubscriptionTraits MustBeStarted(this SubscriptionTraits subscription) => subscription.Position is not null
        ? subscription
        : throw new DomainException("subscription.not_started", $"No node has taken {subscription.Name} up yet. Is there one that delivers events?");

    /// <summary>Its handler says that events may be delivered to it again.</summary>
    public static SubscriptionTraits MustBeReplayable(this SubscriptionTraits subscription)
    {
        if (!subscription.HasHandler)
            throw new DomainException("subscription.orphaned", $"There is no handler of the name {subscription.Name} to deliver events to.");
        return subscription.Replayable || subscription.Rebuildable
            ? subscription
            : throw new DomainException("subscription.not_replayable", $"{subscription.Name} may not be given events again: its handler does not say that it is replayable.");
    }

    /// <summary>It is no picture of all events, which would count those of a range twice.</summary>
    public static SubscriptionTraits MustTakeRanges(this SubscriptionTraits subscription) => !subscription.Rebuildable
        ? subscription
        : throw new DomainException("subscription.rebuilt_only", $"{subscription.Name} keeps a picture of all events, in which a range would count twice. Send it back to the beginning instead.");
}
