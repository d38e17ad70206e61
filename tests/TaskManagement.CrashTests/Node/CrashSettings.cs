namespace TaskManagement.CrashTests.Node;

/// <summary>The section <c>Crash</c> of a node's configuration.</summary>
internal sealed class CrashSettings
{
    public const string Section = "Crash";

    /// <summary>What the process is called in the history.</summary>
    public required string Process { get; init; }

    /// <summary>What decides which attempts fail.</summary>
    public required int Seed { get; init; }

    /// <summary>The file in which handlers leave their outside effects.</summary>
    public required string OutsideFile { get; init; }

    /// <summary>The folder with a file for each process whose gate is closed.</summary>
    public required string Gates { get; init; }

    /// <summary>The safeguard to do without, or nothing.</summary>
    public string Without { get; init; } = "";
}
