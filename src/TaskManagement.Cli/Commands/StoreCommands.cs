using System.CommandLine;
using TaskManagement.Cli.Output;

namespace TaskManagement.Cli.Commands;

/// <summary>The event log as a whole.</summary>
internal static class StoreCommands
{
    public static Command Health(CommonOptions options)
    {
        var command = new Command("health", "Show how the event log and the delivery from it are.");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var session = options.Open(parsed);
            var answer = await session.Service.GetAsync("operations/health", cancellationToken);
            var health = answer.Read<HealthModel>();
            if (session.Json)
                Session.PrintJson(answer);
            else
                Write(session, health);
            return health.Healthy ? ExitCodes.Ok : ExitCodes.NotInOrder;
        });
        return command;
    }

    public static Command Verify(CommonOptions options)
    {
        var command = new Command("verify", "Rebuild all tasks, projects and projections from the log and compare them with the tables. Nothing is written.");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var session = options.Open(parsed);
            // However long it takes: whoever has enough of it interrupts it, and the service stops too.
            var answer = await session.Service.PostAsync("operations/verify", new { }, cancellationToken, TimeSpan.FromDays(1));
            var verification = answer.Read<VerificationModel>();
            if (session.Json)
                Session.PrintJson(answer);
            else
                Write(session, verification);
            return verification.Consistent ? ExitCodes.Ok : ExitCodes.NotInOrder;
        });
        return command;
    }

    private static void Write(Session session, VerificationModel verification)
    {
        session.Out.WriteSentence(
            verification.Consistent
                ? "The tables are what the log says."
                : $"The tables are not what the log says: {Say.Count(verification.DifferencesFound, "difference")}.",
            Say.Tone(verification.Consistent ? "running" : "dead"));
        session.Out.WriteFacts(
            ("events", $"{Say.Number(verification.Events)}, the last at position {verification.LastPosition ?? "0"}"),
            ("rebuilt", Say.List(verification.Aggregates.Select(aggregates => Say.Count(aggregates.Compared, aggregates.Type)))),
            ("projections", Say.List(verification.Projections.Select(Projection))),
            ("took", Say.Duration(Math.Max(0.001, verification.DurationMilliseconds / 1000))));
        if (verification.Differences.Count == 0)
            return;
        session.Out.WriteTable(
            verification.Differences,
            "",
            new("Difference", difference => Say.Words(difference.Kind)),
            new("Of", difference => difference.Subject),
            new("Field", difference => difference.Field ?? Say.Nothing),
            // Where it is about more than a value, the sentence says it.
            new("Stored", difference => difference.Field is null ? difference.Detail : difference.Stored ?? "null"),
            new("By the log", difference => difference.Field is null ? Say.Nothing : difference.ByLog ?? "null"));
        if (verification.Truncated)
            session.Out.WriteSentence($"These are the first {Say.Number(verification.Differences.Count)}.");
    }

    private static string Projection(VerifiedProjectionModel projection) => projection switch
    {
        { Position: null } => $"{projection.Subscription}, which has not begun",
        { LeftOut: 0 } => $"{projection.Subscription} to position {projection.Position}",
        _ => $"{projection.Subscription} to position {projection.Position} without {Say.Count(projection.LeftOut, "event")} that it did not handle",
    };

    private static void Write(Session session, HealthModel health)
    {
        session.Out.WriteSentence(health.Healthy ? "All is well." : "Not all is well.", Say.Tone(health.Healthy ? "running" : "dead"));
        foreach (var finding in health.Findings)
            session.Out.WriteSentence($"  {finding}");
        session.Out.WriteFacts(
            ("events", $"{Say.Number(health.Events)}, the last at position {health.LastPosition ?? "0"}"),
            ("without a position", health.Unnumbered.Events == 0 ? "none" : $"{Say.Number(health.Unnumbered.Events)}, the oldest for {Say.Duration(health.Unnumbered.OldestSeconds)}"),
            ("gaps", health.Gaps.Count == 0 ? "none" : Say.List(health.Gaps.Select(gap => $"between {gap.After} and {gap.Before}"))),
            ("subscriptions", $"{health.Subscriptions}; paused: {Say.List(health.Paused)}; held by no one: {Say.List(health.Unheld)}; without a handler: {Say.List(health.Orphaned)}"),
            ("parked", $"{health.Parked.Retrying} retrying, {health.Parked.Behind} behind them, {health.Parked.Dead} dead"),
            ("database", Say.Bytes(health.DatabaseBytes)));
        session.Out.WriteTable(
            health.Nodes,
            "No node delivers events.",
            new("Node", node => node.Id),
            new("Alive", node => node.Alive ? "yes" : "no", node => Say.Tone(node.Alive ? "running" : "dead")),
            new("Started", node => Say.Time(node.StartedAt)),
            new("Last heard of", node => Say.Time(node.SeenAt)));
    }
}
