using System.CommandLine;
using TaskManagement.Cli.Output;

namespace TaskManagement.Cli.Commands;

/// <summary>Why an event has not been delivered.</summary>
internal static class ExplainCommand
{
    public static Command Explain(CommonOptions options)
    {
        var name = SubscriptionCommands.Name();
        var id = Event();
        var command = new Command("explain", "Say whether an event has reached a subscription, and why not.") { name, id };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var session = options.Open(parsed);
            var path = Query.Of("operations/explain", ("subscription", parsed.GetRequiredValue(name)), ("event", parsed.GetRequiredValue(id).ToString()));
            var answer = await session.Service.GetAsync(path, cancellationToken);
            if (session.Json)
                Session.PrintJson(answer);
            else
                Write(session, answer.Read<ExplanationModel>());
            return ExitCodes.Ok;
        });
        return command;
    }

    /// <summary>The argument that names an event.</summary>
    public static Argument<Guid> Event() => new("event") { Description = "The id of the event." };

    private static void Write(Session session, ExplanationModel explanation)
    {
        var concerned = explanation.Event;
        session.Out.WriteSentence(Say.Words(explanation.State), Say.Tone(explanation.State));
        session.Out.WriteSentence(explanation.Because);
        session.Out.WriteFacts(
            ("event", $"{concerned.Type} {concerned.Id} of {Say.Time(concerned.OccurredAt)}"),
            ("subject", concerned.Subject.ToString()),
            ("position", concerned.Position),
            ("parked as", explanation.Parked is { } parked ? $"{parked.Id}" : null),
            ("blocked by", explanation.BlockedBy is { } blocker ? $"{blocker.Event.Type} {blocker.Event.Id}, parked as {blocker.Id}" : null),
            ("error", (explanation.Parked?.Error ?? explanation.BlockedBy?.Error) is { } error ? Say.Line(error, 400) : null),
            ("replays", explanation.Replays.Count == 0 ? null : Say.List(explanation.Replays.Select(replay => $"{replay.Id} ({replay.State})"))));
    }
}
