using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using TaskManagement.Cli.Output;

namespace TaskManagement.Cli.Commands;

/// <summary>Has ranges of events delivered again.</summary>
internal static class ReplayCommands
{
    private const string Path = "operations/replays";
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(300);

    public static Command Replay(CommonOptions options)
    {
        var name = SubscriptionCommands.Name();
        var from = LogPoint.Option("--from", "Where the range begins; with the first event ever if it is not given.");
        var to = LogPoint.Option("--to", "Where the range ends; with the last event there is now if it is not given.");
        var types = new Option<string[]>("--type") { Description = "Only events of this type; may be repeated.", AllowMultipleArgumentsPerToken = false };
        var (dryRun, yes) = (RetryCommands.DryRun(), RetryCommands.Yes());
        var noWait = new Option<bool>("--no-wait") { Description = "Do not wait until it is through." };
        var command = new Command("replay", "Have a range of events delivered to a subscription again, beside those that go on.")
        {
            name, from, to, types, dryRun, yes, noWait, List(options), Show(options), Cancel(options),
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var session = options.Open(parsed);
            var path = $"operations/subscriptions/{Query.Part(parsed.GetRequiredValue(name))}/replay";
            var order = new Order(parsed.GetValue(from), parsed.GetValue(to), parsed.GetValue(types) is { Length: > 0 } some ? some : null, DryRun: true);
            var rehearsed = await session.Service.PostAsync(path, order, cancellationToken);
            var plan = rehearsed.Read<ReplayStartModel>();
            var what = $"{Say.Count(plan.Events, "event")} to {plan.Subscription}, from position {plan.From} to {plan.To}";
            if (parsed.GetValue(dryRun))
            {
                if (session.Json)
                    Session.PrintJson(rehearsed);
                else
                    session.Out.WriteSentence($"Would deliver {what}, again.");
                return ExitCodes.Ok;
            }

            await session.ConfirmAsync($"Deliver {what}, again?", parsed.GetValue(yes), cancellationToken);
            // What was agreed to, even if more events came in the meantime.
            var agreed = order with { From = new(plan.From, null), To = new(plan.To, null), DryRun = false };
            var started = await session.Service.PostAsync(path, agreed, cancellationToken);
            var id = started.Read<ReplayStartModel>().Replay!.Value;
            if (!parsed.GetValue(noWait))
                return Report(session, await FollowAsync(session, id, cancellationToken));
            if (session.Json)
                Session.PrintJson(started);
            else
                session.Out.WriteSentence($"Replay {id} has begun.");
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command List(CommonOptions options)
    {
        var command = new Command("list", "List all replays, the latest first.");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var session = options.Open(parsed);
            var answer = await session.Service.GetAsync(Path, cancellationToken);
            if (session.Json)
                Session.PrintJson(answer);
            else
                Write(session, answer.Read<PageOf<ReplayModel>>().Items);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command Show(CommonOptions options)
    {
        var id = Id();
        var command = new Command("show", "Show how a replay stands.") { id };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var session = options.Open(parsed);
            var answer = await session.Service.GetAsync(PathOf(parsed.GetValue(id)), cancellationToken);
            if (session.Json)
                Session.PrintJson(answer);
            else
                Write(session, [answer.Read<ReplayModel>()]);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command Cancel(CommonOptions options)
    {
        var id = Id();
        var command = new Command("cancel", "End a replay. What it has delivered stays delivered.") { id };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var session = options.Open(parsed);
            var answer = await session.Service.PostAsync($"{PathOf(parsed.GetValue(id))}/cancel", new { }, cancellationToken);
            if (session.Json)
                Session.PrintJson(answer);
            else
                session.Out.WriteSentence(Outcome(answer.Read<ReplayModel>()));
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Argument<long> Id() => new("replay") { Description = "The number of the replay." };

    private static string PathOf(long id) => string.Create(CultureInfo.InvariantCulture, $"{Path}/{id}");

    /// <summary>Watches a replay until it is through. Who interrupts is asked whether to end it; where there is no one to ask, it ends.</summary>
    private static async Task<Answer> FollowAsync(Session session, long id, CancellationToken cancellationToken)
    {
        try
        {
            return session.Aside.Profile.Capabilities.Ansi && !session.Json
                ? await session.Aside.Progress().AutoClear(true).StartAsync(progress => PollAsync(session, id, progress.AddTask($"Replay {id}").Show, cancellationToken))
                : await PollAsync(session, id, _ => { }, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            if (session.IsAttended && !await session.AskAsync($"End replay {id}? It goes on otherwise.", CancellationToken.None))
                return await session.Service.GetAsync(PathOf(id), CancellationToken.None);
            return await session.Service.PostAsync($"{PathOf(id)}/cancel", new { }, CancellationToken.None);
        }
    }

    private static async Task<Answer> PollAsync(Session session, long id, Action<ReplayModel> show, CancellationToken cancellationToken)
    {
        while (true)
        {
            var answer = await session.Service.GetAsync(PathOf(id), cancellationToken);
            var replay = answer.Read<ReplayModel>();
            show(replay);
            if (replay.State != "running")
                return answer;
            await Task.Delay(Pace, cancellationToken);
        }
    }

    private static void Show(this ProgressTask task, ReplayModel replay)
    {
        task.Value = replay.Progress * task.MaxValue;
        task.Description = $"Replay {replay.Id}: {Say.Count(replay.Delivered, "event")}";
    }

    private static int Report(Session session, Answer answer)
    {
        var replay = answer.Read<ReplayModel>();
        if (session.Json)
            Session.PrintJson(answer);
        else
            session.Out.WriteSentence(Outcome(replay));
        return replay.State == "finished" ? ExitCodes.Ok : ExitCodes.Failure;
    }

    private static string Outcome(ReplayModel replay) => replay.State switch
    {
        "finished" => $"Replay {replay.Id} is through: {Say.Count(replay.Delivered, "event")} delivered{(replay.Parked.Dead > 0 ? $", {Say.Count(replay.Parked.Dead, "dead letter")}" : "")}.",
        "cancelled" => $"Replay {replay.Id} was ended at position {replay.Position}: {Say.Count(replay.Delivered, "event")} delivered.",
        _ => $"Replay {replay.Id} goes on: {Say.Count(replay.Delivered, "event")} delivered so far.",
    };

    private static void Write(Session session, IReadOnlyList<ReplayModel> replays) => session.Out.WriteTable(
        replays,
        "There are no replays.",
        new("Replay", replay => replay.Id.ToString(CultureInfo.InvariantCulture), IsNumber: true),
        new("Subscription", replay => replay.Subscription),
        new("State", replay => replay.State, replay => Say.Tone(replay.State)),
        new("Done", replay => replay.Progress.ToString("P0", CultureInfo.InvariantCulture), IsNumber: true),
        new("Delivered", replay => Say.Number(replay.Delivered), IsNumber: true),
        new("From", replay => replay.From, IsNumber: true),
        new("To", replay => replay.To, IsNumber: true),
        new("Types", replay => replay.Types is null ? "all" : Say.List(replay.Types)),
        new("Dead", replay => Say.Number(replay.Parked.Dead), IsNumber: true),
        new("Started", replay => Say.Time(replay.StartedAt)),
        new("By", replay => replay.StartedBy));

    private sealed record Order(LogPoint? From, LogPoint? To, IReadOnlyList<string>? Types, bool DryRun);
}
