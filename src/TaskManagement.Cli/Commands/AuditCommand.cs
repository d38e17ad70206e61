using System.CommandLine;
using System.Globalization;
using TaskManagement.Cli.Output;

namespace TaskManagement.Cli.Commands;

/// <summary>Who did what.</summary>
internal static class AuditCommand
{
    private static readonly Dictionary<string, string> MediaTypes = new(StringComparer.Ordinal) { ["csv"] = "text/csv", ["ndjson"] = "application/x-ndjson" };

    public static Command Audit(CommonOptions options)
    {
        var actor = new Option<string?>("--actor") { Description = "Only by this actor, such as token:0198f5e0-… or system:service." };
        var actions = new Option<string[]>("--action") { Description = "Only this action, such as task.completed, or all that begin so: 'task.*'. May be repeated." };
        var resource = new Option<string?>("--resource") { Description = "Only to resources of a kind, such as task, or to one: task/0198f5e2-…" };
        var address = new Option<string?>("--address") { Description = "Only from this address, such as 192.0.2.17 or 2001:db8::17." };
        var limit = new Option<int>("--limit") { Description = "The most to list, 1 to 200.", DefaultValueFactory = _ => 50 };
        var cursor = new Option<string?>("--cursor") { Description = "Where the list before ended." };
        var format = new Option<string?>("--format") { Description = "Print all there is, as csv or as ndjson, instead of a page." };
        format.AcceptOnlyFromAmong([.. MediaTypes.Keys]);
        var command = new Command("audit", "List who did what to which resource, the last first.") { actor, actions, resource, address, limit, cursor, format };
        command.Validators.Add(result =>
        {
            if (result.GetResult(format) is not null && (result.GetResult(limit) is { Implicit: false } || result.GetResult(cursor) is not null))
                result.AddError("With --format all there is is printed: it takes no --limit and no --cursor.");
        });
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var session = options.Open(parsed);
            (string, string?)[] filters =
            [
                ("actor", parsed.GetValue(actor)),
                .. (parsed.GetValue(actions) ?? []).Select(action => ("action", (string?)action)),
                ("resource", parsed.GetValue(resource)),
                ("address", parsed.GetValue(address)),
            ];
            if (parsed.GetValue(format) is { } wanted)
            {
                await using var output = Console.OpenStandardOutput();
                await session.Service.CopyAsync(Query.Of("audit", filters), MediaTypes[wanted], output, cancellationToken);
                return ExitCodes.Ok;
            }

            (string, string?)[] page = [("limit", parsed.GetValue(limit).ToString(CultureInfo.InvariantCulture)), ("cursor", parsed.GetValue(cursor))];
            var answer = await session.Service.GetAsync(Query.Of("audit", [.. filters, .. page]), cancellationToken);
            if (session.Json)
                Session.PrintJson(answer);
            else
                Write(session, answer.Read<PageOf<AuditModel>>());
            return ExitCodes.Ok;
        });
        return command;
    }

    private static void Write(Session session, PageOf<AuditModel> page)
    {
        session.Out.WriteTable(
            page.Items,
            "There is nothing.",
            new("At", entry => Say.Time(entry.At)),
            new("Actor", entry => entry.Actor),
            new("Address", entry => entry.Address ?? ""),
            new("Action", entry => entry.Action),
            new("Resource", entry => $"{entry.ResourceType}/{entry.ResourceId}"),
            new("Details", entry => Say.Line(entry.Details.GetRawText())));
        if (page.NextCursor is not null)
            session.Aside.WriteSentence($"There are more: --cursor {page.NextCursor}");
    }
}
