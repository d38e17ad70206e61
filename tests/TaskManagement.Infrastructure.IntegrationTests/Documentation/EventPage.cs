using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.Json.Nodes;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Application.Common.Json;
using TaskManagement.Application.Incoming;
using TaskManagement.Domain.Common;
using TaskManagement.Infrastructure.EventLog;
using TaskManagement.Infrastructure.EventLog.Delivery;
using TaskManagement.Infrastructure.IntegrationTests.EventShapes;

namespace TaskManagement.Infrastructure.IntegrationTests.Documentation;

/// <summary>A handler that runs in the transaction of the events it takes.</summary>
internal sealed record TransactionHandler(Type Class, IReadOnlyList<Type> Takes);

/// <summary>The page that lists every event and every handler, made from the code and its comments.</summary>
internal sealed class EventPage(EventTypes types, IReadOnlyList<TransactionHandler> inTransaction, IReadOnlyList<Subscription> afterCommit)
{
    private static readonly SubscriptionPolicy Default = SubscriptionPolicy.Of(new());

    private readonly XmlComments _comments = new(types.All.ToDictionary(type => type.Key, type => Link(type.Value.Name)));
    private readonly StringBuilder _page = new();

    public string Write()
    {
        var events = types.All.OrderBy(type => type.Value.Name, StringComparer.Ordinal).GroupBy(type => StreamOf(type.Value.Name)).ToList();
        WriteOpening(events);
        foreach (var stream in events)
        {
            Paragraph($"## {Heading(stream.Key)}");
            foreach (var (type, name) in stream)
                WriteEvent(type, name);
        }

        WriteTransactionHandlers();
        WriteSubscriptions();
        return _page.ToString().TrimEnd('\n') + "\n";
    }

    private void WriteOpening(IEnumerable<IGrouping<string, KeyValuePair<Type, EventTypeAttribute>>> events)
    {
        Paragraph("# Events and handlers");
        Paragraph("""
            All that happens is an event, kept for good in the log. This page lists every event, with what it states, and every handler, with the
            events that it takes. It is made from the code by a test; [extend.md](extend.md) says how to add to both.
            """);
        Paragraph("""
            Outside, an event is a CloudEvent. The members below are those of its `data`; all of them are always there. Its `type` is
            `taskmanagement.`, the name and the version, such as `taskmanagement.task.completed.v1`; who, when, about what and on what account stand
            beside `data`, for every event alike ([use.md](use.md) has the list). A version never changes its members: a new shape is a new version.
            """);
        Paragraph("""
            A *time* is in RFC 3339, in UTC, to the millisecond. An *actor* is the kind and the id of who did it, such as `token:` and a UUID, or
            `system:` and a name. A *due date* is an object with `date`, or with `dateTime` and, unless it floats, `timeZone`. *Texts by name* are an
            object whose members are all texts.
            """);
        foreach (var stream in events)
            Line($"- [{Heading(stream.Key)}](#{Anchor(Heading(stream.Key))}): {string.Join(", ", stream.Select(type => Link(type.Value.Name)))}");
        Line("- [Handlers in the transaction](#handlers-in-the-transaction)");
        Paragraph("- [Handlers after the commit](#handlers-after-the-commit)");
    }

    private void WriteEvent(Type type, EventTypeAttribute name)
    {
        Paragraph($"### {name.Name}");
        Paragraph($"{_comments.Summary(type)} Version {name.Version}, class `{type.Name}`.");
        Line("| member | type | what it is |\n| --- | --- | --- |");
        var shape = EventShape.Of(type);
        foreach (var member in AppJson.Options.GetTypeInfo(type).Properties)
        {
            var isNullable = shape.ContainsKey(member.Name + "?");
            var kind = shape[isNullable ? member.Name + "?" : member.Name]!;
            Line($"| `{member.Name}` | {Kind(kind, isNullable)} | {_comments.Summary((PropertyInfo)member.AttributeProvider!)} |");
        }

        Line("");
        WriteAnswers("In the transaction", inTransaction.Where(handler => handler.Takes.Contains(type)).Select(handler => handler.Class));
        WriteAnswers("After the commit", afterCommit.Where(subscription => subscription.Takes.Contains(type)).Select(subscription => subscription.Handler));
    }

    private void WriteAnswers(string phase, IEnumerable<Type> handlers)
    {
        if (string.Join(", ", handlers.Select(handler => $"`{handler.Name}`").Order(StringComparer.Ordinal)) is { Length: > 0 } names)
            Paragraph($"{phase}: {names}.");
    }

    private void WriteTransactionHandlers()
    {
        Paragraph("## Handlers in the transaction");
        Paragraph("What they change is kept together with the event, or not at all.");
        Line("| handler | concern | what it does | events |\n| --- | --- | --- | --- |");
        foreach (var handler in inTransaction.OrderBy(handler => handler.Class.Name, StringComparer.Ordinal))
            Line($"| `{handler.Class.Name}` | {Concern(handler.Class)} | {_comments.Summary(handler.Class)} | {Events(handler.Takes)}{CloudEventTypes(handler.Class)} |");
        Line("");
    }

    private void WriteSubscriptions()
    {
        Paragraph("## Handlers after the commit");
        Paragraph("""
            Each has a subscription of its own: its progress is kept under the subscription's name, and it is tried again when it fails, apart from
            all others and in the order of each aggregate's events.
            """);
        if (afterCommit.Count == 0)
        {
            Paragraph("There is none.");
            return;
        }

        Paragraph($"Unless the last column says otherwise: {DefaultPolicy()}. The section `Subscriptions` of the configuration overrides all of it.");
        Line("| subscription | handler | concern | what it does | events | policy |\n| --- | --- | --- | --- | --- | --- |");
        foreach (var subscription in afterCommit)
        {
            Line(
                $"| `{subscription.Name}` | `{subscription.Handler.Name}` | {Concern(subscription.Handler)} | {_comments.Summary(subscription.Handler)} "
                + $"| {Events(subscription.Takes)}{CloudEventTypes(subscription.Handler)} | {Policy(subscription)} |");
        }
    }

    private void Line(string text) => _page.Append(text).Append('\n');

    private void Paragraph(string text) => _page.Append(text.ReplaceLineEndings("\n")).Append("\n\n");

    private static string StreamOf(string name) => name.Split('.')[0];

    // A user is spoken with a consonant.
    private static string Heading(string stream) => $"Events of {(stream[0] is 'a' or 'e' or 'i' or 'o' ? "an" : "a")} {stream.Replace('_', ' ')}";

    /// <summary>What a heading is called in links.</summary>
    private static string Anchor(string heading) =>
        heading.ToLowerInvariant().Replace(".", "", StringComparison.Ordinal).Replace(' ', '-');

    private static string Link(string eventType) => $"[`{eventType}`](#{Anchor(eventType)})";

    /// <summary>The concern is the folder that the handler is in: TaskManagement.Application.Tasks.Reactions is about tasks.</summary>
    private static string Concern(Type handler) => handler.Namespace!.Split('.')[2];

    private string Events(IReadOnlyList<Type> takes) => string.Join(", ", takes.Select(taken => taken switch
    {
        _ when types.All.TryGetValue(taken, out var name) => Link(name.Name),
        _ when taken == typeof(IDomainEvent) => "all",
        _ => $"every `{taken.Name}` ({string.Join(", ", types.All.Where(type => type.Key.IsAssignableTo(taken)).Select(type => Link(type.Value.Name)).Order(StringComparer.Ordinal))})",
    }).Order(StringComparer.Ordinal));

    private static string CloudEventTypes(Type handler) =>
        CloudEventTypesAttribute.Of(handler) is { } types ? $" of {string.Join(" and ", types.Select(type => $"`{type}`"))}" : "";

    private static string Kind(JsonNode kind, bool isNullable) => (kind switch
    {
        JsonObject members => "object of " + Members(members),
        JsonArray array => array[0] is JsonObject members ? $"array of objects of {Members(members)}" : $"array of {array[0]}",
        _ => kind.GetValue<string>() is var word && word.StartsWith(EventShape.Words, StringComparison.Ordinal)
            ? EventShape.Words + string.Join(", ", word[EventShape.Words.Length..].Split(", ").Select(one => $"`{one}`"))
            : word,
    }) + (isNullable ? "; or null" : "");

    private static string Members(JsonObject members) =>
        string.Join(" and ", members.Select(member => $"`{member.Key.TrimEnd('?')}` ({Kind(member.Value!, member.Key.EndsWith('?'))})"));

    private static string DefaultPolicy() => string.Join(", ",
    [
        Attempts(Default), Backoff(Default), TimeLimit(Default), "one event at a time", Start(Default), "not replayable", AfterDead(Default),
    ]);

    private static string Policy(Subscription subscription)
    {
        var policy = subscription.Policy;
        List<string> said = [];
        Say(policy.MaxAttempts != Default.MaxAttempts, Attempts(policy));
        Say(policy.BackoffBaseSeconds != Default.BackoffBaseSeconds || policy.BackoffCapSeconds != Default.BackoffCapSeconds, Backoff(policy));
        Say(policy.TimeLimitSeconds != Default.TimeLimitSeconds, TimeLimit(policy));
        Say(policy.Partitions != 1, $"{policy.Partitions} aggregates side by side");
        Say(policy.BatchSize != 1, $"{policy.BatchSize} events in one transaction");
        Say(policy.StartFrom != Default.StartFrom, Start(policy));
        Say(subscription.IsRebuildable, "rebuilt from the beginning");
        Say(policy.Replayable && !subscription.IsRebuildable, "replayable");
        Say(policy.AfterDeadLetter != Default.AfterDeadLetter, AfterDead(policy));
        Say(policy.PermanentExceptions.Count > 0, $"no further attempt after {string.Join(" or ", policy.PermanentExceptions.Select(type => $"`{type.Name}`"))}");
        return said.Count == 0 ? "default" : string.Join(", ", said);

        void Say(bool isSaid, string text)
        {
            if (isSaid)
                said.Add(text);
        }
    }

    private static string Attempts(SubscriptionPolicy policy) => policy.MaxAttempts == 1 ? "one attempt" : $"{policy.MaxAttempts} attempts";

    private static string Backoff(SubscriptionPolicy policy) =>
        string.Create(CultureInfo.InvariantCulture, $"{policy.BackoffBaseSeconds:0.###} to {policy.BackoffCapSeconds:0.###} seconds between them");

    private static string TimeLimit(SubscriptionPolicy policy) => string.Create(CultureInfo.InvariantCulture, $"{policy.TimeLimitSeconds:0.###} seconds for each");

    private static string Start(SubscriptionPolicy policy) => policy.StartFrom == StartFrom.Now ? "from the time it is added" : "from the first event ever";

    private static string AfterDead(SubscriptionPolicy policy) => policy.AfterDeadLetter == AfterDeadLetter.Wait
        ? "an aggregate's later events wait behind a dead letter"
        : "an aggregate's later events do not wait behind a dead letter";
}
