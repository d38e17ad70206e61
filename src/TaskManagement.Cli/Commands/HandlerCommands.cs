using System.CommandLine;
using TaskManagement.Cli.Output;

namespace TaskManagement.Cli.Commands;

/// <summary>The handlers of events.</summary>
internal static class HandlerCommands
{
    public static Command Handlers(CommonOptions options)
    {
        var command = new Command("handlers", "List the handlers, with the events that they take and when they run.");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var session = options.Open(parsed);
            var answer = await session.Service.GetAsync("operations/handlers", cancellationToken);
            if (session.Json)
                Session.PrintJson(answer);
            else
                Write(session, answer.Read<PageOf<HandlerModel>>().Items);
            return ExitCodes.Ok;
        });
        return command;
    }

    public static Command TestHandler(CommonOptions options)
    {
        var (name, id) = (SubscriptionCommands.Name(), ExplainCommand.Event());
        var command = new Command("test-handler", "Run a handler with a recorded event and keep nothing of it in the database. What it does elsewhere, it does.") { name, id };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var session = options.Open(parsed);
            var body = new { subscription = parsed.GetRequiredValue(name), @event = parsed.GetRequiredValue(id) };
            // A handler may take as long as its own policy says.
            var answer = await session.Service.PostAsync("operations/handlers/test", body, cancellationToken, TimeSpan.FromHours(2));
            var test = answer.Read<HandlerTestModel>();
            if (session.Json)
                Session.PrintJson(answer);
            else
                Write(session, test);
            return test.Outcome == "handled" ? ExitCodes.Ok : ExitCodes.NotInOrder;
        });
        return command;
    }

    private static void Write(Session session, IReadOnlyList<HandlerModel> handlers) => session.Out.WriteTable(
        handlers,
        "There are no handlers.",
        new("Handler", handler => handler.Handler),
        new("Concern", handler => handler.Concern),
        new("Runs", handler => Say.Words(handler.Phase)),
        new("Subscription", handler => handler.Subscription ?? Say.Nothing),
        new("Events", handler => Say.Types(handler.Events)));

    private static void Write(Session session, HandlerTestModel test)
    {
        session.Out.WriteSentence(Say.Words(test.Outcome), Say.Tone(test.Outcome));
        session.Out.WriteFacts(
            ("handler", test.Handler),
            ("event", $"{test.Event.Type} {test.Event.Id}"),
            ("took", Say.Duration(Math.Max(0.001, test.DurationMilliseconds / 1000))),
            ("error", test.Error is { } error ? $"{error.Type}: {error.Message}" : null),
            ("would raise", test.Raised.Count == 0 ? null : Say.List(test.Raised.Select(raised => $"{raised.Type} of {raised.Subject}"))),
            ("would change", test.Changes.Count == 0 ? null : Say.List(test.Changes.Select(Change))));
    }

    private static string Change(RowChangeModel change) => $"{change.Table} ({Say.List(new[]
    {
        (change.Added, "added"), (change.Changed, "changed"), (change.Deleted, "deleted"),
    }.Where(kind => kind.Item1 > 0).Select(kind => $"{kind.Item1} {kind.Item2}"))})";
}
