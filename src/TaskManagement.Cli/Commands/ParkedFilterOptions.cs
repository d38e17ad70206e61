using System.CommandLine;
using System.CommandLine.Parsing;

namespace TaskManagement.Cli.Commands;

/// <summary>The options that choose parked events by what they are.</summary>
internal sealed class ParkedFilterOptions
{
    public Option<string?> Subscription { get; } = new("--subscription") { Description = "Of this subscription." };

    public Option<string?> Status { get; } = new("--status") { Description = "retrying, behind (another of the same aggregate), or dead." };

    public Option<string?> Type { get; } = new("--type") { Description = "Of this type, such as task.completed; or of all that begin so: 'task.*'." };

    public Option<Guid?> Subject { get; } = new("--subject") { Description = "About this aggregate." };

    public ParkedFilterOptions() => Status.AcceptOnlyFromAmong("retrying", "behind", "dead");

    public void AddTo(Command command, bool withStatus = true)
    {
        command.Add(Subscription);
        if (withStatus)
            command.Add(Status);
        command.Add(Type);
        command.Add(Subject);
    }

    /// <summary>Whether one was given.</summary>
    public bool IsIn(CommandResult result) =>
        result.GetResult(Subscription) is not null || result.GetResult(Status) is not null || result.GetResult(Type) is not null || result.GetResult(Subject) is not null;

    /// <summary>The filter that was given; null if none was.</summary>
    public FilterModel? Read(ParseResult parsed)
    {
        var filter = new FilterModel(parsed.GetValue(Subscription), parsed.GetValue(Status), parsed.GetValue(Type), parsed.GetValue(Subject));
        return filter == new FilterModel(null, null, null, null) ? null : filter;
    }
}

/// <summary>What parked events must be.</summary>
internal sealed record FilterModel(string? Subscription, string? Status, string? Type, Guid? Subject);
