using TaskManagement.CrashTests.Checking;

namespace TaskManagement.CrashTests.Node;

/// <summary>The handlers of this assembly as the checker knows them. Written by hand: what the service makes of them is what is judged.</summary>
internal static class Takers
{
    public static readonly IReadOnlyList<Taker> All =
    [
        new("crash-plain", _ => true),
        new("crash-partitioned", _ => true),
        new("crash-batched", _ => true) { BatchSize = 50 },
        new("crash-together", _ => true) { BatchSize = 20 },
        new("crash-outside", _ => true) { Keeps = row => row.Type == "task.completed" },
        new("crash-slow", row => row.Type == "task.completed"),
        new("crash-flaky", row => row.Type == "task.status_changed"),
        new("crash-permanent", row => row.Type == "task.details_changed") { DoomOf = FailsForGood },
        new("crash-leaving", row => row.Type == "task.details_changed") { DoomOf = FailsForGood, GoesOnBehindDead = true },
        new("crash-hanging", row => row.Type is "task.cancelled" or "task.reopened")
        {
            DoomOf = row => row.Says("task.cancelled", Fate.HangsForever) ? "limit" : null,
        },
        new("crash-poison", row => row.Type == "task.created")
        {
            DoomOf = row => row.Says("task.created", Fate.KillsProcess) ? "process ended" : null,
        },
        new("crash-follow-up", row => row.Type == "task.completed") { Raises = "task.details_changed" },
        new("crash-fact", row => row.Type == "task.reopened") { Raises = "crash.noted" },
        new("crash-gated", row => row.Type == "task.prioritized"),
    ];

    private static string? FailsForGood(LogRow row) => row.Says("task.details_changed", Fate.FailsForGood) ? Fate.FailsForGood : null;
}
