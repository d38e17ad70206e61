using System.CommandLine;
using TaskManagement.Cli.Output;

namespace TaskManagement.Cli.Commands;

/// <summary>Sends a subscription back in the log.</summary>
internal static class RewindCommand
{
    public static Command Rewind(CommonOptions options)
    {
        var name = SubscriptionCommands.Name();
        var to = LogPoint.Option("--to", "The event to deliver next.");
        var beginning = new Option<bool>("--beginning") { Description = "Begin with the first event ever." };
        var (dryRun, yes) = (RetryCommands.DryRun(), RetryCommands.Yes());
        var command = new Command("rewind", "Send a subscription back in the log: it goes on from there, and new events wait.") { name, to, beginning, dryRun, yes };
        command.Validators.Add(result =>
        {
            if (result.GetValue(beginning) == result.GetResult(to) is not null)
                result.AddError("Say where to: --to or --beginning.");
        });
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var session = options.Open(parsed);
            var path = $"operations/subscriptions/{Query.Part(parsed.GetRequiredValue(name))}/rewind";
            var rehearsed = await session.Service.PostAsync(path, new { to = parsed.GetValue(to), dryRun = true }, cancellationToken);
            var plan = rehearsed.Read<RewindModel>();
            var what = $"from position {plan.From} back to {plan.To}, and deliver up to {Say.Count(plan.Events, "event")} again{(plan.Rebuilt ? ", after what it keeps is emptied" : "")}";
            if (!parsed.GetValue(dryRun))
            {
                await session.ConfirmAsync($"Send {plan.Subscription} {what}?", parsed.GetValue(yes), cancellationToken);
                var answer = await session.Service.PostAsync(path, new { to = new LogPoint(plan.To, null), dryRun = false }, cancellationToken);
                if (session.Json)
                    Session.PrintJson(answer);
                else
                    Write(session, answer.Read<RewindModel>());
            }
            else if (session.Json)
            {
                Session.PrintJson(rehearsed);
            }
            else
            {
                session.Out.WriteSentence($"Would send {plan.Subscription} {what}.");
            }

            return ExitCodes.Ok;
        });
        return command;
    }

    private static void Write(Session session, RewindModel rewind) => session.Out.WriteSentence(
        $"{rewind.Subscription} goes on with position {rewind.To}{(rewind.Rebuilt ? ", with nothing kept of before" : "")}{(rewind.ParkedDropped > 0 ? $"; {Say.Count(rewind.ParkedDropped.Value, "parked event was", "parked events were")} dropped, to be delivered again" : "")}.");
}
