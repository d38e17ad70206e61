using System.Diagnostics;
using System.Text.Json;

namespace TaskManagement.Api.IntegrationTests.Documentation;

/// <summary>Runs what a page tells its readers to type, word for word but for the token and the address.</summary>
internal static class BashSession
{
    private const string DocumentedAddress = "http://localhost:5080";
    private const string DocumentedToken = "TOKEN=…";

    // As in a terminal, but an answer that is no success ends it, and each answer is a line of its own.
    private const string Preamble = """
        set -euo pipefail
        curl() { command curl --fail-with-body "$@" || return; echo; }

        """;

    /// <summary>The answers of all calls, in order.</summary>
    public static async Task<IReadOnlyList<JsonElement>> RunAsync(string commands, Uri address, string token)
    {
        foreach (var tool in (string[])["bash", "curl"])
            Assert.SkipUnless(IsInstalled(tool), $"{tool} is not installed.");
        Assert.Contains(DocumentedAddress, commands, StringComparison.Ordinal);
        Assert.Contains(DocumentedToken, commands, StringComparison.Ordinal);
        var script = Preamble + commands
            .Replace(DocumentedAddress, address.ToString().TrimEnd('/'), StringComparison.Ordinal)
            .Replace(DocumentedToken, $"TOKEN={token}", StringComparison.Ordinal);

        using var bash = Process.Start(new ProcessStartInfo("bash", ["-c", script])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        })!;
        var errors = bash.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await bash.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await bash.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(bash.ExitCode == 0, $"{output}\n{await errors}");
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line))];
    }

    private static bool IsInstalled(string tool) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Any(folder => File.Exists(Path.Combine(folder, tool)) || File.Exists(Path.Combine(folder, tool + ".exe")));
}
