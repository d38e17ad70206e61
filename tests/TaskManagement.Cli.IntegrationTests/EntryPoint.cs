using TaskManagement.Cli.IntegrationTests.Service;
using TaskManagement.Cli.IntegrationTests.Support;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

[assembly: CollectionBehavior(DisableTestParallelization = true)]
[assembly: AssemblyFixture(typeof(ServiceFixture))]

namespace TaskManagement.Cli.IntegrationTests;

/// <summary>Runs the tests; or, with the argument <c>service</c>, the service with the handlers of these tests.</summary>
internal static class EntryPoint
{
    public static Task<int> Main(string[] args) => args switch
    {
        [TestService.Argument, .. var rest] => TestService.RunAsync(rest),
        _ when args.Contains("-automated", StringComparer.Ordinal) || args.Contains("@@", StringComparer.Ordinal) => ConsoleRunner.Run(args),
        _ => TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions),
    };
}
