using System.CommandLine;
using System.Globalization;
using TaskManagement.Cli.Output;

namespace TaskManagement.Cli.Commands;

/// <summary>Events that could not be delivered.</summary>
internal static class ParkedCommands
{
    public static Command Parked(CommonOptions options) => List(
        options, "parked", "List the events whose delivery failed, and those that wait behind them.", status: null, "Nothing is parked.");

    public static Command Dead(CommonOptions options) => List(
        options, "dead", "List the dead letters: events that are tried no more unless someone asks for it.", status: "dead", "There are no dead letters.");

    private static Command List(CommonOptions options, string verb, string description, string? status, string none)
    {
        var filter = new ParkedFilterOptions();
        var limit = new Option<int>("--limit") { Description = "The most to list, 1 to 200.", DefaultValueFactory = _ => 50 };
        var cursor = new Option<string?>("--cursor") { Description = "Where the list before ended." };
        var command = new Command(verb, description) { limit, cursor };
        filter.AddTo(command, withStatus: status is null);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var session = options.Open(parsed);
            var chosen = filter.Read(parsed);
            var path = Query.Of(
                "operations/parked",
                ("subscription", chosen?.Subscription),
                ("status", status ?? chosen?.Status),
                ("type", chosen?.Type),
                ("subject", chosen?.Subject?.ToString()),
                ("limit", parsed.GetValue(limit).ToString(CultureInfo.InvariantCulture)),
                ("cursor", parsed.GetValue(cursor)));
            var answer = await session.Service.GetAsync(path, cancellationToken);
            if (session.Json)
                Session.PrintJson(answer);
            else
                Write(session, answer.Read<PageOf<ParkedModel>>(), none);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static void Write(Session session, PageOf<ParkedModel> page, string none)
    {
        session.Out.WriteTable(
            page.Items,
            none,
            new("Id", parked => parked.Id.ToString(CultureInfo.InvariantCulture), IsNumber: true),
            new("Subscription", parked => parked.Replay is { } replay ? $"{parked.Subscription} (replay {replay})" : parked.Subscription),
            new("Status", parked => parked.Status, parked => Say.Tone(parked.Status)),
            new("Event", parked => parked.Event.Type),
            new("Event id", parked => parked.Event.Id.ToString()),
            new("Subject", parked => parked.Event.Subject.ToString()),
            new("Attempts", parked => parked.Attempts.ToString(CultureInfo.InvariantCulture), IsNumber: true),
            new("Next attempt", Next),
            new("Error", parked => Say.Line(parked.Error)));
        if (page.NextCursor is not null)
            session.Aside.WriteSentence($"There are more: --cursor {page.NextCursor}");
    }

    private static string Next(ParkedModel parked)
    {
        if (parked.Status == "dead")
            return "never";
        if (parked.AttemptStartedAt is not null)
            return "now";
        return parked.Status == "behind" ? "in its turn" : Say.Time(parked.NextAttemptAt);
    }
}
