using System.Diagnostics;
using TaskManagement.Cli.IntegrationTests.Support;

namespace TaskManagement.Cli.IntegrationTests;

public sealed class PackageTests(ServiceFixture fixture)
{
    [Fact]
    public async Task The_tool_is_packed_installed_and_run()
    {
        using var folder = new TemporaryFolder();
        var (packages, tools) = (Path.Combine(folder.Path, "packages"), Path.Combine(folder.Path, "tools"));
        await DotnetAsync(folder, "pack", Project(), "--no-build", "--configuration", Configuration, "--output", packages);
        await DotnetAsync(folder, "tool", "install", "TaskManagement.Cli", "--tool-path", tools, "--add-source", packages);

        var installed = new CommandLine(fixture.Service.Address, Path.Combine(tools, "taskmanagement"));
        var subscriptions = await installed.JsonAsync("subscriptions");

        Assert.NotEqual(0, subscriptions.GetProperty("items").GetArrayLength());
        Assert.StartsWith("0.1.0", (await installed.RunAsync("--version")).ShouldSucceed(), StringComparison.Ordinal);
    }

    private static string Configuration => new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    private static string Project()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "TaskManagement.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException("The tests do not run below the repository.");
        return Path.Combine(folder.FullName, "src", "TaskManagement.Cli");
    }

    private static async Task DotnetAsync(TemporaryFolder folder, params string[] arguments)
    {
        using var dotnet = Process.Start(new ProcessStartInfo("dotnet", arguments)
        {
            WorkingDirectory = folder.Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        })!;
        var errors = dotnet.StandardError.ReadToEndAsync();
        var output = await dotnet.StandardOutput.ReadToEndAsync();
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        await dotnet.WaitForExitAsync(limit.Token);
        Assert.True(dotnet.ExitCode == 0, $"{output}{await errors}");
    }
}
