using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using TaskManagement.Cli.Output;

namespace TaskManagement.Cli.Commands;

/// <summary>Has parked events tried again, or gives them up.</summary>
internal static class RetryCommands
{
    public static Command Retry(CommonOptions options)
    {
        var choice = new ChoiceOptions();
        var command = new Command("retry", "Have parked events tried again at once, in the order of their lanes.");
        choice.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var session = options.Open(parsed);
            var body = choice.Read(parsed);
            var answer = await session.Service.PostAsync("operations/parked/retry", body, cancellationToken);
            if (session.Json)
                Session.PrintJson(answer);
            else
                Write(session, answer.Read<RetryModel>());
            return ExitCodes.Ok;
        });
        return command;
    }

    public static Command Discard(CommonOptions options)
    {
        var choice = new ChoiceOptions();
        var reason = new Option<string>("--reason") { Description = "Why; the log keeps it.", Required = true };
        var yes = Yes();
        var command = new Command("discard", "Give up the delivery of parked events: their lanes go on without them.") { reason, yes };
        choice.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var session = options.Open(parsed);
            var body = choice.Read(parsed);
            body["reason"] = parsed.GetRequiredValue(reason);
            var isDryRun = (bool)body["dryRun"]!;
            if (!isDryRun)
            {
                var count = await CountAsync(session, body, cancellationToken);
                if (count > 0)
                    await session.ConfirmAsync($"Give up the delivery of {Say.Count(count, "event")}?", parsed.GetValue(yes), cancellationToken);
            }

            var (answer, discarded) = await DiscardAsync(session, body, cancellationToken);
            if (session.Json)
                Session.PrintJson(answer);
            else
                Write(session, answer.Read<DiscardModel>() with { Discarded = discarded });
            return ExitCodes.Ok;
        });
        return command;
    }

    /// <summary>The option of commands that ask before they do something.</summary>
    public static Option<bool> Yes() => new("--yes", "-y") { Description = "Do it without asking." };

    /// <summary>The option of commands that can say what they would do.</summary>
    public static Option<bool> DryRun() => new("--dry-run") { Description = "Say what would be done, and do nothing." };

    private static async Task<int> CountAsync(Session session, JsonObject body, CancellationToken cancellationToken)
    {
        var question = body.DeepClone().AsObject();
        question["dryRun"] = true;
        return (await session.Service.PostAsync("operations/parked/discard", question, cancellationToken)).Read<DiscardModel>().Matched;
    }

    /// <summary>The service gives up so many at a time; this asks until none is left, and answers as if it had been one.</summary>
    private static async Task<(Answer Answer, int Discarded)> DiscardAsync(Session session, JsonObject body, CancellationToken cancellationToken)
    {
        var first = await session.Service.PostAsync("operations/parked/discard", body, cancellationToken);
        var last = first.Read<DiscardModel>();
        var total = last.Discarded;
        while (!last.DryRun && last.Discarded > 0 && last.Matched > last.Discarded)
        {
            last = (await session.Service.PostAsync("operations/parked/discard", body, cancellationToken)).Read<DiscardModel>();
            total += last.Discarded;
        }

        var whole = JsonNode.Parse(first.Text)!;
        whole["discarded"] = total;
        return (new(whole.ToJsonString(ServiceClient.Dialect)), total);
    }

    private static void Write(Session session, RetryModel retry)
    {
        session.Out.WriteSentence((retry.DryRun, retry.Retried) switch
        {
            (true, _) => $"{Say.Count(retry.Retried, "event")} would be tried again at once.",
            (_, 0) => "There is nothing to try again.",
            _ => $"{Say.Count(retry.Retried, "event is", "events are")} tried again at once.",
        });
        if (retry.Waiting > 0)
            session.Out.WriteSentence($"{Say.Count(retry.Waiting, "more waits for its turn", "more wait for their turn")}, behind another of the same aggregate.");
        WriteRest(session, retry.Subscriptions, retry.Missing);
    }

    private static void Write(Session session, DiscardModel discard)
    {
        session.Out.WriteSentence(discard.DryRun
            ? $"{Say.Count(discard.Matched, "event")} would be given up."
            : $"{Say.Count(discard.Discarded, "event was", "events were")} given up.");
        WriteRest(session, discard.Subscriptions, discard.Missing);
    }

    private static void WriteRest(Session session, IReadOnlyList<TallyModel> subscriptions, IReadOnlyList<long> missing)
    {
        foreach (var tally in subscriptions)
            session.Out.WriteSentence($"  {tally.Subscription}: {Say.Count(tally.Events, "event")} in {Say.Count(tally.Lanes, "lane")}");
        if (missing.Count > 0)
            session.Out.WriteSentence($"Not parked, any more or at all: {Say.List(missing.Select(id => id.ToString(provider: null)))}");
    }

    /// <summary>The arguments and options that choose parked events: ids, or a filter, or all.</summary>
    private sealed class ChoiceOptions
    {
        private readonly ParkedFilterOptions _filter = new();
        private readonly Argument<long[]> _ids = new("id") { Description = "The parked events, as parked and dead list them.", Arity = ArgumentArity.ZeroOrMore };
        private readonly Option<bool> _all = new("--all") { Description = "All there are." };
        private readonly Option<bool> _dryRun = DryRun();

        public void AddTo(Command command)
        {
            command.Add(_ids);
            _filter.AddTo(command);
            command.Add(_all);
            command.Add(_dryRun);
            command.Validators.Add(result =>
            {
                var given = new[] { result.GetValue(_ids) is { Length: > 0 }, _filter.IsIn(result), result.GetValue(_all) }.Count(one => one);
                if (given != 1)
                    result.AddError("Say which: ids, or filters, or --all; one of these.");
            });
        }

        public JsonObject Read(ParseResult parsed)
        {
            var ids = parsed.GetValue(_ids) is { Length: > 0 } some ? some : null;
            var filter = ids is null ? _filter.Read(parsed) ?? new FilterModel(null, null, null, null) : null;
            return JsonSerializer.SerializeToNode(new { ids, filter, dryRun = parsed.GetValue(_dryRun) }, ServiceClient.Dialect)!.AsObject();
        }
    }
}
