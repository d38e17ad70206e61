using TaskManagement.CrashTests.Node;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace TaskManagement.CrashTests;

/// <summary>Runs the tests; or, with the argument <c>node</c>, the service with the handlers of these tests.</summary>
internal static class EntryPoint
{
    public static Task<int> Main(string[] args) => args switch
    {
        [CrashNode.Argument, .. var rest] => CrashNode.RunAsync(rest),
        _ when args.Contains("-automated", StringComparer.Ordinal) || args.Contains("@@", StringComparer.Ordinal) => ConsoleRunner.Run(args),
        _ => TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions),
    };
}
