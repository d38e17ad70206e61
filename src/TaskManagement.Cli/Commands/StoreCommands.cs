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
