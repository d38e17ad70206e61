using System.Globalization;

namespace TaskManagement.Application.Operations;

/// <summary>Draws the conclusion from what is known of an event and a subscription.</summary>
internal static class Explanations
{
    public static ExplanationDto Of(SubscriptionTraits subscription, DeliveryFacts facts)
    {
        var state = StateOf(subscription, facts);
        var before = state == DeliveryState.NotReached ? facts.Position - facts.Cursor - 1 : null;
        return new()
        {
            Subscription = subscription.Name,
            Event = facts.Event,
            State = state,
            Because = string.Join(' ', [Say(state, subscription, facts, before), .. Hindrances(state, subscription, facts)]),
            EventsBefore = before,
            Parked = facts.Parked,
            BlockedBy = facts.BlockedBy,
            Discarded = facts.Discarded,
            PausedAt = facts.PausedAt,
            Holder = facts.Holder,
            LeaseUntil = facts.LeaseUntil,
            Replays = facts.Replays,
        };
    }

    private static DeliveryState StateOf(SubscriptionTraits subscription, DeliveryFacts facts) => facts switch
    {
        { Parked.Status: ParkedState.Dead } => DeliveryState.Dead,
        { Parked: not null, BlockedBy: not null } => DeliveryState.Blocked,
        { Parked: not null } => DeliveryState.Retrying,
        { Taken: false } when subscription.HasHandler => DeliveryState.NotTaken,
        { Discarded: not null } => DeliveryState.Discarded,
        { Position: null } => DeliveryState.NotNumbered,
        { Cursor: null } => DeliveryState.NotReached,
        _ when facts.Position > facts.Cursor => DeliveryState.NotReached,
        _ when facts.Position <= facts.StartedFrom => DeliveryState.BeforeStart,
        _ => DeliveryState.Delivered,
    };

    private static string Say(DeliveryState state, SubscriptionTraits subscription, DeliveryFacts facts, long? before) => state switch
    {
        DeliveryState.Delivered => $"{subscription.Name} has handled it.",
        DeliveryState.NotTaken => $"{subscription.Name} does not take {facts.Event.Type}.",
        DeliveryState.NotNumbered => "It is committed and has no place in the log yet; it gets one within moments while a node runs.",
        DeliveryState.BeforeStart => $"It happened before {subscription.Name} began, which was with what happened from then on.",
        DeliveryState.NotReached when before is null => $"No node has taken {subscription.Name} up yet.",
        DeliveryState.NotReached => before == 0 ? "It is the next in the log." : $"It is not its turn: {Count(before!.Value, "event")} of the log {(before == 1 ? "comes" : "come")} first.",
        DeliveryState.Retrying => $"{Attempts(facts.Parked!)} {Next(facts.Parked!)}",
        DeliveryState.Blocked => $"It waits behind {facts.BlockedBy!.Event.Type} {facts.BlockedBy.Event.Id} of the same aggregate. {Of(facts.BlockedBy)}",
        DeliveryState.Dead => $"It is a dead letter. {Attempts(facts.Parked!)} It is tried no more unless someone asks for it.",
        DeliveryState.Discarded => $"{facts.Discarded!.By} gave it up: {facts.Discarded.Reason}",
        _ => throw new InvalidOperationException($"{state} is not explained."),
    };

    private static string Of(ParkedEventDto blocker) => blocker.Status switch
    {
        ParkedState.Dead => $"That one is a dead letter, which someone has to retry or to discard. {Attempts(blocker)}",
        ParkedState.Retrying => $"{Attempts(blocker)} {Next(blocker)}",
        _ => "That one waits for its turn.",
    };

    private static string Attempts(ParkedEventDto parked) =>
        parked.Error is { } error ? $"{(parked.Attempts == 0 ? "It failed" : $"{Count(parked.Attempts, "attempt")} failed")}: {FirstLine(error).TrimEnd('.')}." : "It was not tried yet.";

    private static string Next(ParkedEventDto parked) => parked switch
    {
        { AttemptStartedAt: { } since } => $"An attempt is under way since {Time(since)}.",
        { NextAttemptAt: { } at } => $"The next attempt is at {Time(at)}.",
        _ => "The next attempt is at once.",
    };

    /// <summary>What keeps it from going on, whatever it waits for.</summary>
    private static IEnumerable<string> Hindrances(DeliveryState state, SubscriptionTraits subscription, DeliveryFacts facts)
    {
        if (state is not (DeliveryState.NotReached or DeliveryState.Retrying or DeliveryState.Blocked))
            yield break;
        if (!subscription.HasHandler)
            yield return "There is no handler of this name any more.";
        else if (facts.PausedAt is { } since)
            yield return $"The subscription is paused since {Time(since)}.";
        else if (facts.Obstacle is { } obstacle)
            yield return $"The subscription stands still since {Time(obstacle.Since)}: {obstacle.Reason}";
        else if (facts.Holder is not null)
            yield return $"{facts.Holder} works on it.";
        else if (facts.Cursor is not null)
            yield return "No node works on it at present.";
    }

    private static string FirstLine(string text) => text.ReplaceLineEndings("\n").Split('\n')[0];

    private static string Count(long number, string what) => $"{number.ToString(CultureInfo.InvariantCulture)} {what}{(number == 1 ? "" : "s")}";

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
