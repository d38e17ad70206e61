using System.CommandLine;
using System.Globalization;
using TaskManagement.Cli.Output;

namespace TaskManagement.Cli.Commands;

/// <summary>How subscriptions stand; pause and resume.</summary>
internal static class SubscriptionCommands
{
    private const string Path = "operations/subscriptions";

    public static Command Subscriptions(CommonOptions options)
    {
        var command = new Command("subscriptions", "List the subscriptions: how far each has come, and who works on it.")
        {
            List(options),
            Show(options),
            Pause(options),
            Resume(options),
        };
        command.SetAction((parsed, cancellationToken) => ListAsync(options, parsed, cancellationToken));
        return command;
    }

    public static Command Lag(CommonOptions options)
    {
        var command = new Command("lag", "Show how far the subscriptions are behind, and the oldest event that each has still to be given.");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var session = options.Open(parsed);
            var answer = await session.Service.GetAsync(Path, cancellationToken);
            if (session.Json)
                Session.PrintJson(answer);
            else
                WriteLag(session, answer.Read<PageOf<SubscriptionModel>>().Items);
            return ExitCodes.Ok;
        });
        return command;
    }

    /// <summary>The argument that names a subscription.</summary>
    public static Argument<string> Name() => new("subscription") { Description = "The name of the subscription." };

    private static Command List(CommonOptions options)
    {
        var command = new Command("list", "List the subscriptions.");
        command.SetAction((parsed, cancellationToken) => ListAsync(options, parsed, cancellationToken));
        return command;
    }

    private static async Task<int> ListAsync(CommonOptions options, ParseResult parsed, CancellationToken cancellationToken)
    {
        using var session = options.Open(parsed);
        var answer = await session.Service.GetAsync(Path, cancellationToken);
        if (session.Json)
        {
            Session.PrintJson(answer);
            return ExitCodes.Ok;
        }

        session.Out.WriteTable(
            answer.Read<PageOf<SubscriptionModel>>().Items,
            "There are no subscriptions.",
            new("Subscription", subscription => subscription.Name),
            new("State", subscription => subscription.State, subscription => Say.Tone(subscription.State)),
            new("Behind", EventsBehind, IsNumber: true),
            new("For", subscription => Say.Duration(subscription.Lag.Seconds), IsNumber: true),
            new("Retrying", subscription => Say.Number(subscription.Parked.Retrying), IsNumber: true),
            new("Blocked", subscription => Say.Number(subscription.Parked.Behind), IsNumber: true),
            new("Dead", subscription => Say.Number(subscription.Parked.Dead), subscription => Say.Tone(subscription.Parked.Dead > 0 ? "dead" : ""), IsNumber: true),
            new("Lanes", subscription => Say.Number(subscription.Parked.Lanes), IsNumber: true),
            new("Position", subscription => subscription.Position ?? Say.Nothing, IsNumber: true),
            new("Held by", Holders));
        return ExitCodes.Ok;
    }

    private static Command Show(CommonOptions options)
    {
        var name = Name();
        var command = new Command("show", "Show all about one subscription.") { name };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var session = options.Open(parsed);
            var answer = await session.Service.GetAsync($"{Path}/{Query.Part(parsed.GetRequiredValue(name))}", cancellationToken);
            if (session.Json)
                Session.PrintJson(answer);
            else
                Write(session, answer.Read<SubscriptionModel>());
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command Pause(CommonOptions options) => Switch(
        options,
        "pause",
        "Stop the deliveries to a subscription until it is resumed.",
        pause => pause.Changed ? $"{pause.Subscription} is paused. The event at hand may still be handled to its end." : $"{pause.Subscription} was paused already.");

    private static Command Resume(CommonOptions options) => Switch(
        options,
        "resume",
        "Let the deliveries to a paused subscription go on where they stopped.",
        pause => pause.Changed ? $"{pause.Subscription} goes on." : $"{pause.Subscription} was not paused.");

    private static Command Switch(CommonOptions options, string verb, string description, Func<PauseModel, string> say)
    {
        var name = Name();
        var command = new Command(verb, description) { name };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var session = options.Open(parsed);
            var answer = await session.Service.PostAsync($"{Path}/{Query.Part(parsed.GetRequiredValue(name))}/{verb}", new { }, cancellationToken);
            if (session.Json)
                Session.PrintJson(answer);
            else
                session.Out.WriteSentence(say(answer.Read<PauseModel>()));
            return ExitCodes.Ok;
        });
        return command;
    }

    private static void Write(Session session, SubscriptionModel subscription)
    {
        session.Out.WriteFacts(
            ("subscription", subscription.Name),
            ("state", subscription.PausedAt is { } since ? $"{subscription.State} since {Say.Time(since)}" : subscription.State),
            ("stands still", subscription.Obstacle is { } obstacle ? $"since {Say.Time(obstacle.Since)}: {obstacle.Reason}" : null),
            ("handler", subscription.Handler ?? "none: it was renamed without an alias, or removed"),
            ("concern", subscription.Concern),
            ("takes", Say.Types(subscription.Takes)),
            ("position", subscription.Position ?? "no node has taken it up yet"),
            ("repeats until", subscription.RepeatsUntil),
            ("behind", subscription.Lag.Events == 0 && subscription.Lag.Seconds <= 0 ? "nothing" : $"{EventsBehind(subscription)} events, for {Say.Duration(subscription.Lag.Seconds)}"),
            ("oldest undelivered", subscription.OldestUndelivered is { } oldest ? $"{oldest.Type} {oldest.Id} of {Say.Time(oldest.OccurredAt)}" : null),
            ("parked", $"{subscription.Parked.Retrying} retrying, {subscription.Parked.Behind} behind them, {subscription.Parked.Dead} dead, in {Say.Count(subscription.Parked.Lanes, "lane")}"),
            ("policy", subscription.Policy is null ? null : Policy(subscription.Policy)));
        if (subscription.Partitions.Count > 0)
        {
            session.Out.WriteTable(
                subscription.Partitions,
                "",
                new("Partition", partition => partition.Number.ToString(CultureInfo.InvariantCulture), IsNumber: true),
                new("Position", partition => partition.Position, IsNumber: true),
                new("Held by", partition => partition.Holder ?? Say.Nothing),
                new("Until", partition => Say.Time(partition.LeaseUntil)));
        }
    }

    private static void WriteLag(Session session, IReadOnlyList<SubscriptionModel> subscriptions) => session.Out.WriteTable(
        subscriptions,
        "There are no subscriptions.",
        new("Subscription", subscription => subscription.Name),
        new("Events", EventsBehind, IsNumber: true),
        new("Seconds", subscription => subscription.Lag.Seconds.ToString("0.0", CultureInfo.InvariantCulture), IsNumber: true),
        new("Oldest undelivered", subscription => subscription.OldestUndelivered?.Type ?? Say.Nothing),
        new("Event", subscription => subscription.OldestUndelivered?.Id.ToString() ?? Say.Nothing),
        new("Occurred", subscription => Say.Time(subscription.OldestUndelivered?.OccurredAt)));

    private static string EventsBehind(SubscriptionModel subscription) => $"{(subscription.Lag.AtMost ? "≤ " : "")}{Say.Number(subscription.Lag.Events)}";

    private static string Holders(SubscriptionModel subscription) =>
        Say.List(subscription.Partitions.Select(partition => Say.Node(partition.Holder)).Distinct(StringComparer.Ordinal));

    private static string Policy(PolicyModel policy) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Say.Count(policy.MaxAttempts, "attempt")} of {policy.TimeLimitSeconds} s, {policy.BackoffBaseSeconds} to {policy.BackoffCapSeconds} s apart; {Say.Count(policy.Partitions, "partition")}; batches of {policy.BatchSize}; from {policy.StartFrom}; {(policy.Rebuildable ? "rebuilt from the beginning" : policy.Replayable ? "replayable" : "not replayable")}; a dead letter's lane {(policy.AfterDeadLetter == "wait" ? "waits" : "goes on")}");
}
