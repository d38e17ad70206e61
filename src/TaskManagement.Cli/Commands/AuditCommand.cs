using System.CommandLine;
using System.Globalization;
using TaskManagement.Cli.Output;

namespace TaskManagement.Cli.Commands;

/// <summary>Who did what.</summary>
internal static class AuditCommand
{
    public static Command Audit(CommonOptions options)
    {
        var actor = new Option<string?>("--actor") { Description = "Only by this actor, such as token:0198f5e0-… or system:service." };
        var actions = new Option<string[]>("--action") { Description = "Only this action, such as task.completed, or all that begin so: 'task.*'. May be repeated." };
        var resource = new Option<string?>("--resource") { Description = "Only to resources of a kind, such as task, or to one: task/0198f5e2-…" };
        var limit = new Option<int>("--limit") { Description = "The most to list, 1 to 200.", DefaultValueFactory = _ => 50 };
        var cursor = new Option<string?>("--cursor") { Description = "Where the list before ended." };
        var command = new Command("audit", "List who did what to which resource, the last first.") { actor, actions, resource, limit, cursor };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var session = options.Open(parsed);
            (string, string?)[] filters =
            [
                ("actor", parsed.GetValue(actor)),
                .. (parsed.GetValue(actions) ?? []).Select(action => ("action", (string?)action)),
                ("resource", parsed.GetValue(resource)),
                ("limit", parsed.GetValue(limit).ToString(CultureInfo.InvariantCulture)),
                ("cursor", parsed.GetValue(cursor)),
            ];
            var answer = await session.Service.GetAsync(Query.Of("audit", filters), cancellationToken);
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
            new("Action", entry => entry.Action),
            new("Resource", entry => $"{entry.ResourceType}/{entry.ResourceId}"),
            new("Details", entry => Say.Line(entry.Details.GetRawText())));
        if (page.NextCursor is not null)
            session.Aside.WriteSentence($"There are more: --cursor {page.NextCursor}");
    }
}
