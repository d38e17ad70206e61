using System.Diagnostics;
using System.Net.Http.Headers;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Xunit;

namespace TaskManagement.TestSupport.Processes;

/// <summary>
/// The service as its users run it: a process of its own, on a free port of 127.0.0.1, with its database in the folder that it is started in.
/// Started again in the same folder, it goes on with the same database.
/// </summary>
public sealed partial class ServiceProcess : IAsyncDisposable
{
    public const string AdminToken = "tm_the-token-of-the-tests";

    private const int SigKill = 9;
    private const int SigTerm = 15;
    private const int SigContinue = 18;
    private const int SigStop = 19;
    private const string Service = "TaskManagement.Api.dll";
    private static readonly string[] ServiceArguments = ["--contentRoot", AppContext.BaseDirectory, "--urls", "http://127.0.0.1:0"];
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Process _process;
    private readonly Lock _lock = new();
    private readonly List<string> _output = [];
    private readonly List<string> _errors = [];
    private readonly TaskCompletionSource<Uri> _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _line = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ServiceProcess(string folder, string program, string[] arguments, (string Name, string Value)[] settings)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            WorkingDirectory = folder,
            // A program that reads it learns when this process is gone.
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var argument in (string[])[Path.Combine(AppContext.BaseDirectory, program), .. arguments])
            start.ArgumentList.Add(argument);
        foreach (var (name, value) in settings)
            start.Environment[name.Replace(":", "__", StringComparison.Ordinal)] = value;

        _process = new() { StartInfo = start, EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, line) => Keep(_output, line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(_errors, line.Data);
        _process.Exited += (_, _) =>
        {
            HasExited = true;
            _listening.TrySetException(new InvalidOperationException("The service ended before it listened."));
        };
        _process.Start();
        Id = _process.Id;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>The address it listens on.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>Calls it with the token of the tests.</summary>
    public HttpClient Client { get; private set; } = null!;

    public int Id { get; }

    public bool HasExited { get; private set; }

    /// <summary>The administrator's token that it has printed, or null.</summary>
    public string? PrintedToken => PrintedTokens.SingleOrDefault();

    public IReadOnlyList<string> PrintedTokens =>
        [.. Output.Select(line => TokenLine().Match(line)).Where(match => match.Success).Select(match => match.Groups["token"].Value)];

    /// <summary>The lines it has written to standard output: what it prints and its log.</summary>
    public IReadOnlyList<string> Output
    {
        get
        {
            lock (_lock)
                return [.. _output];
        }
    }

    /// <summary>The lines it has written to standard error.</summary>
    public IReadOnlyList<string> Errors
    {
        get
        {
            lock (_lock)
                return [.. _errors];
        }
    }

    /// <summary>Starts the service with the administrator's token of the tests, and waits until it listens.</summary>
    public static Task<ServiceProcess> StartAsync(TemporaryFolder folder, params (string Name, string Value)[] settings) =>
        StartBareAsync(folder, [("Bootstrap:AdminToken", AdminToken), .. settings]);

    /// <summary>Starts the service with these settings only, and waits until it listens.</summary>
    public static Task<ServiceProcess> StartBareAsync(TemporaryFolder folder, params (string Name, string Value)[] settings) =>
        StartProgramAsync(folder.Path, Service, ServiceArguments, settings);

    /// <summary>Starts a program beside the tests that is the service with something added, and waits until it listens.</summary>
    public static async Task<ServiceProcess> StartProgramAsync(
        string folder, string program, string[] arguments, params (string Name, string Value)[] settings)
    {
        var service = new ServiceProcess(folder, program, arguments, settings);
        try
        {
            service.Address = await service._listening.Task.WaitAsync(Patience);
        }
        catch (Exception exception)
        {
            await service.DisposeAsync();
            throw new InvalidOperationException(string.Join('\n', [exception.Message, .. service.Errors, .. service.Output]), exception);
        }

        service.Client = service.ClientWith(service.PrintedToken ?? AdminToken);
        return service;
    }

    /// <summary>Runs the service until it ends by itself.</summary>
    public static async Task<Ended> RunToEndAsync(TemporaryFolder folder, string[] arguments, params (string Name, string Value)[] settings)
    {
        await using var service = new ServiceProcess(folder.Path, Service, [.. ServiceArguments, .. arguments], settings);
        return await service.EndAsync();
    }

    /// <summary>A client with another token, or none.</summary>
    public HttpClient ClientWith(string? token)
    {
        var client = new HttpClient { BaseAddress = Address };
        if (token is not null)
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    /// <summary>Waits until it has written a line with this text to standard output.</summary>
    public async Task SaysAsync(string text)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (true)
        {
            Task line;
            lock (_lock)
            {
                if (_output.Exists(said => said.Contains(text, StringComparison.Ordinal)))
                    return;
                line = _line.Task;
            }

            await line.WaitAsync(limit.Token);
        }
    }

    /// <summary>Asks the service to end, as a supervisor does, and waits until it has.</summary>
    public async Task<Ended> TerminateAsync()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no SIGTERM.");
        Assert.Equal(0, Signal(_process.Id, SigTerm));
        return await EndAsync();
    }

    /// <summary>Ends the process at once, in the middle of whatever it is doing.</summary>
    public async Task<Ended> KillAsync()
    {
        _process.Kill();
        return await EndAsync();
    }

    /// <summary>Stops the process where it is, on Linux; the world goes on without it. False if it has ended.</summary>
    public bool Suspend() => TrySignal(SigStop);

    /// <summary>Lets a suspended process go on as if nothing had been. False if it has ended.</summary>
    public bool Resume() => TrySignal(SigContinue);

    /// <summary>Ends the process at once, and does not wait for it. False if it has ended.</summary>
    public bool Kill() => TrySignal(SigKill);

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            await KillAsync();
        Client?.Dispose();
        _process.Dispose();
    }

    /// <summary>Waits until the process has ended, whoever ends it, and tells how.</summary>
    public async Task<Ended> WaitForEndAsync(CancellationToken cancellationToken)
    {
        // Its output has been read to the end, too, when this returns.
        await _process.WaitForExitAsync(cancellationToken);
        return new(_process.ExitCode, Output, Errors);
    }

    private async Task<Ended> EndAsync()
    {
        using var limit = new CancellationTokenSource(Patience);
        return await WaitForEndAsync(limit.Token);
    }

    private bool TrySignal(int signal) => !HasExited && Signal(Id, signal) == 0;

    private void Keep(List<string> lines, string? line)
    {
        if (line is null)
            return;
        lock (_lock)
        {
            lines.Add(line);
            _line.SetResult();
            _line = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        if (ListeningLine().Match(line) is { Success: true } match)
            _listening.TrySetResult(new(match.Groups["address"].Value));
    }

    [GeneratedRegex(@"^\s*Now listening on: (?<address>\S+)$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ListeningLine();

    [GeneratedRegex("^Administrator's token, shown this once: (?<token>.+)$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex TokenLine();

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Signal(int processId, int signal);
}

/// <summary>How a process ended, and everything it said.</summary>
public sealed record Ended(int ExitCode, IReadOnlyList<string> Output, IReadOnlyList<string> Errors);
