using TaskManagement.CrashTests.Checking;

namespace TaskManagement.CrashTests.Node;

/// <summary>What happens to an event, by words in what it states. Clients put them there, handlers obey, and the checker knows.</summary>
internal static class Fate
{
    /// <summary>In the title of a new task: one handler ends its process, whenever it is given the event.</summary>
    public const string KillsProcess = "kills-the-process";

    /// <summary>In a changed title: some handlers can't ever succeed.</summary>
    public const string FailsForGood = "fails-for-good";

    /// <summary>In a changed title: a handler inside the transaction refuses the change.</summary>
    public const string RefusedBeforeCommit = "refused-before-commit";

    /// <summary>In the reason of a cancellation: a handler takes too long the first time.</summary>
    public const string HangsOnce = "hangs-once";

    /// <summary>In the reason of a cancellation: a handler takes too long each time.</summary>
    public const string HangsForever = "hangs-forever";

    public static bool Says(this LogRow row, string type, string word) =>
        row.Type == type && row.Payload.Contains(word, StringComparison.Ordinal);

    /// <summary>A number from 0 to 99 that an event's attempt has in every process.</summary>
    public static int Lot(int seed, Guid eventId, int attempt)
    {
        // FNV-1a: the same in every process, as string.GetHashCode is not.
        var hash = 2166136261u;
        foreach (var value in (byte[])[.. eventId.ToByteArray(), .. BitConverter.GetBytes(seed), .. BitConverter.GetBytes(attempt)])
            hash = unchecked((hash ^ value) * 16777619u);
        return (int)((hash ^ (hash >> 15)) % 100);
    }
}
