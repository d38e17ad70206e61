using System.CommandLine;
using System.Text.Json;
using Spectre.Console;
using TaskManagement.Cli.Output;

namespace TaskManagement.Cli.Commands;

/// <summary>Shows events as they happen.</summary>
internal static class TailCommand
{
    private const int PageSize = 200;
    private const string TypePrefix = "taskmanagement.";
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(2);
    private static readonly Color[] Tones = [Color.Aqua, Color.Green, Color.Yellow, Color.Fuchsia, Color.Blue, Color.Teal, Color.Olive];

    public static Command Tail(CommonOptions options)
    {
        var types = new Option<string[]>("--type") { Description = "Only events of this type, such as task.completed, or of all that begin so: 'task.*'. May be repeated." };
        var subject = new Option<Guid?>("--subject") { Description = "Only events about this aggregate." };
        var after = new Option<string?>("--after") { Description = "Begin after this position; with what happens from now on if it is not given." };
        var beginning = new Option<bool>("--beginning") { Description = "Begin with the first event ever." };
        var noFollow = new Option<bool>("--no-follow") { Description = "End with the last event there is." };
        var command = new Command("tail", "Show events as they happen, one a line, until it is interrupted. With --json, each line is a CloudEvent.")
        {
            types, subject, after, beginning, noFollow,
        };
        command.Validators.Add(result =>
        {
            if (result.GetResult(after) is not null && result.GetValue(beginning))
                result.AddError("Say where to begin: --after or --beginning, one of both.");
        });
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var session = options.Open(parsed);
            var filters = (parsed.GetValue(types) ?? []).Select(type => ("type", (string?)type)).Append(("subject", parsed.GetValue(subject)?.ToString())).ToArray();
            var from = parsed.GetValue(beginning) ? "0" : parsed.GetValue(after) ?? await EndAsync(session, cancellationToken);
            await FollowAsync(session, filters, from, isEndless: !parsed.GetValue(noFollow), cancellationToken);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static async Task<string> EndAsync(Session session, CancellationToken cancellationToken) =>
        (await session.Service.GetAsync("operations/health", cancellationToken)).Read<HealthModel>().LastPosition ?? "0";

    private static async Task FollowAsync(
        Session session, (string Name, string? Value)[] filters, string after, bool isEndless, CancellationToken cancellationToken)
    {
        var hasAnswered = false;
        try
        {
            while (true)
            {
                var page = await NextAsync(session, Query.Of("events", [.. filters, ("after", after), ("limit", $"{PageSize}")]), hasAnswered, cancellationToken);
                hasAnswered = true;
                foreach (var item in page.Items)
                    Write(session, item);
                after = page.NextCursor ?? after;
                if (page.Items.Count == PageSize)
                    continue;
                if (!isEndless)
                    return;
                await Task.Delay(Pace, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Whoever interrupts it has seen enough.
        }
    }

    /// <summary>The next page. A service that has answered before is waited for; whatever happens meanwhile is shown then.</summary>
    private static async Task<PageOf<JsonElement>> NextAsync(Session session, string path, bool waits, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return (await session.Service.GetAsync(path, cancellationToken)).Read<PageOf<JsonElement>>();
            }
            catch (FailureException failure) when (waits && failure.IsPassing)
            {
                if (attempt == 1)
                    session.Aside.WriteSentence($"{failure.Message} Trying again.");
                await Task.Delay(PauseAfterFailure, cancellationToken);
            }
        }
    }

    private static void Write(Session session, JsonElement item)
    {
        if (session.Json)
        {
            // As it came, on one line: the service does not break lines.
            Console.Out.WriteLine(item.GetRawText());
            return;
        }

        var logged = item.Deserialize<CloudEventModel>(ServiceClient.Dialect)!;
        var type = logged.Type.StartsWith(TypePrefix, StringComparison.Ordinal) ? logged.Type[TypePrefix.Length..] : logged.Type;
        session.Out.Write(new Text($"{Say.Time(logged.Time)} {logged.Position,8} ", new Style(decoration: Decoration.Dim)));
        session.Out.Write(new Text(type, ToneOf(type)));
        session.Out.WriteLine($" {logged.Subject} {logged.Actor} {Say.Line(logged.Data.GetRawText(), 200)}");
    }

    /// <summary>Kinds of aggregates have colours of their own; what failed is red.</summary>
    private static Style ToneOf(string type)
    {
        if (type.Contains("failed", StringComparison.Ordinal) || type.Contains("dead", StringComparison.Ordinal) || type.Contains("denied", StringComparison.Ordinal))
            return new(Color.Red);
        var kind = type.Split('.')[0];
        return new(Tones[kind.Sum(letter => letter) % Tones.Length]);
    }
}
