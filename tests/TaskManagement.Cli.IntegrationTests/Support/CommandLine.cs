using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace TaskManagement.Cli.IntegrationTests.Support;

/// <summary>The tool as its users run it: a process of its own.</summary>
/// <param name="address">The service that it is pointed at; null for the tool's own idea.</param>
/// <param name="program">What is run, and the first arguments; the tool as it was built by default.</param>
internal sealed class CommandLine(Uri? address, params string[] program)
{
    private static readonly string[] Built = ["dotnet", Path.Combine(AppContext.BaseDirectory, "taskmanagement.dll")];
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Runs a command to its end. Nothing that it writes is a terminal.</summary>
    public Task<Ended> RunAsync(params string[] arguments) => RunAsync(environment: [], arguments);

    public async Task<Ended> RunAsync((string Name, string? Value)[] environment, params string[] arguments)
    {
        using var running = Start(environment, arguments);
        return await running.EndAsync();
    }

    /// <summary>Runs a command that must succeed, and reads the one JSON document that it prints.</summary>
    public async Task<JsonElement> JsonAsync(params string[] arguments)
    {
        var ended = await RunAsync([.. arguments, "--json"]);
        Assert.True(ended.ExitCode == 0, $"{ended.ExitCode}: {ended.Errors}{ended.Output}");
        return JsonElement.Parse(ended.Output);
    }

    /// <summary>Starts a command and returns while it runs.</summary>
    public Running Start(params string[] arguments) => Start(environment: [], arguments);

    /// <summary>Runs a command in a terminal, where someone types answers, and returns all that the screen was sent.</summary>
    public async Task<Ended> RunInTerminalAsync(string typed, params string[] arguments)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/script"), "There is no script, which makes terminals.");
        var command = string.Join(' ', Program.Concat(arguments).Select(word => $"'{word}'"));
        var start = StartInfo("/usr/bin/script", ["-qefc", command, "/dev/null"], environment: [("TERM", "xterm-256color")]);
        using var running = new Running(start);
        await running.WaitForAsync("[y/n]");
        await running.TypeAsync(typed);
        return await running.EndAsync();
    }

    private IEnumerable<string> Program => program.Length > 0 ? program : Built;

    private Running Start((string Name, string? Value)[] environment, string[] arguments)
    {
        string[] all = [.. Program, .. arguments];
        return new(StartInfo(all[0], all[1..], environment));
    }

    private ProcessStartInfo StartInfo(string file, string[] arguments, (string Name, string? Value)[] environment)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
            UseShellExecute = false,
        };
        start.Environment["TASKMANAGEMENT_TOKEN"] = ServiceProcess.Token;
        start.Environment["TASKMANAGEMENT_URL"] = address?.ToString();
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return start;
    }

    /// <summary>A command that runs.</summary>
    internal sealed class Running : IDisposable
    {
        private const int SigInt = 2;

        private readonly Process _process;
        private readonly StringBuilder _output = new();
        private readonly Task _outputRead;
        private readonly Task<string> _errors;

        public Running(ProcessStartInfo start)
        {
            _process = Process.Start(start)!;
            _outputRead = ReadAsync();
            _errors = _process.StandardError.ReadToEndAsync();
        }

        public string Output
        {
            get
            {
                lock (_output)
                    return _output.ToString();
            }
        }

        public void Dispose()
        {
            if (!_process.HasExited)
                _process.Kill(entireProcessTree: true);
            _process.Dispose();
        }

        /// <summary>Waits until a text has been written.</summary>
        public async Task WaitForAsync(string text)
        {
            for (var started = Stopwatch.StartNew(); !Output.Contains(text, StringComparison.Ordinal); await Task.Delay(20))
                Assert.True(started.Elapsed < Patience && !_process.HasExited, $"'{text}' was not written: {Output}{(_process.HasExited ? await _errors : "")}");
        }

        public async Task TypeAsync(string text)
        {
            await _process.StandardInput.WriteAsync(text);
            await _process.StandardInput.FlushAsync();
        }

        /// <summary>What Ctrl+C in a terminal does.</summary>
        public void Interrupt()
        {
            Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no SIGINT.");
            Assert.Equal(0, Signal(_process.Id, SigInt));
        }

        public async Task<Ended> EndAsync()
        {
            using var limit = new CancellationTokenSource(Patience);
            await _process.WaitForExitAsync(limit.Token);
            await _outputRead;
            return new(_process.ExitCode, Output, await _errors);
        }

        private async Task ReadAsync()
        {
            var buffer = new char[4096];
            while (await _process.StandardOutput.ReadAsync(buffer) is > 0 and var count)
            {
                lock (_output)
                    _output.Append(buffer, 0, count);
            }
        }

        [DllImport("libc", EntryPoint = "kill")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        private static extern int Signal(int processId, int signal);
    }
}

/// <summary>How a process ended, and everything it said.</summary>
internal sealed record Ended(int ExitCode, string Output, string Errors)
{
    /// <summary>That it did what it was told, plainly, and had nothing to complain about.</summary>
    public string ShouldSucceed()
    {
        Assert.True(ExitCode == 0, $"{ExitCode}: {Errors}{Output}");
        Assert.Empty(Errors);
        Assert.DoesNotContain('\u001b', Output);
        return Output;
    }

    /// <summary>That it failed with one sentence, and without a stack trace.</summary>
    public string ShouldFail(int exitCode)
    {
        Assert.True(ExitCode == exitCode, $"{ExitCode}: {Errors}{Output}");
        Assert.Empty(Output);
        Assert.DoesNotContain("   at ", Errors, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', Errors);
        return Errors.TrimEnd();
    }
}
