using System.Collections.Frozen;

namespace TaskManagement.Infrastructure.EventLog;

/// <summary>The kinds of streams that a table of aggregates stands behind. All others hold facts.</summary>
internal static class AggregateStreams
{
    public const string Project = "project";
    public const string Task = "task";
    public const string Team = "team";
    public const string Webhook = "webhook";

    public static FrozenSet<string> All { get; } = [Project, Task, Team, Webhook];
}
