using System.Globalization;

namespace TaskManagement.CrashTests.Harness;

/// <summary>What the environment says about a run.</summary>
internal static class RunSettings
{
    private const string SecondsVariable = "TASKMANAGEMENT_CRASH_SECONDS";
    private const string SeedVariable = "TASKMANAGEMENT_CRASH_SEED";

    /// <summary>How long there are load and faults on each database.</summary>
    public static TimeSpan Duration { get; } = TimeSpan.FromSeconds(Number(SecondsVariable) ?? 30);

    /// <summary>What decides who is hit by what. Not when: the machine has a say in that.</summary>
    public static int Seed { get; } = Number(SeedVariable) ?? Random.Shared.Next(1, 1_000_000_000);

    /// <summary>How to have the same again.</summary>
    public static string Repeat => $"{SeedVariable}={Seed} {SecondsVariable}={Duration.TotalSeconds:0}";

    private static int? Number(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;
}
