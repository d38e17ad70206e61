using System.Globalization;
using TaskManagement.CrashTests.Node;
using TaskManagement.TestSupport.Processes;

namespace TaskManagement.CrashTests.Harness;

/// <summary>A node of the service: one process after the other, since whatever ends is started again.</summary>
internal sealed class NodeSlot(string name, RunFolder folder, Figures figures, (string Name, string Value)[] settings) : IAsyncDisposable
{
    private const int KilledExitCode = 128 + 9;
    private const int AbortedExitCode = 128 + 6;

    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _firstStart = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _running = Task.CompletedTask;
    private volatile ServiceProcess? _current;
    private int _processes;

    public string Name => name;

    /// <summary>What the process at hand is called in the history.</summary>
    public string ProcessName => string.Create(CultureInfo.InvariantCulture, $"{name}.{_processes}");

    /// <summary>The process at hand, or null while it is down.</summary>
    public int? ProcessId => _current is { HasExited: false } process ? process.Id : null;

    /// <summary>Whether it stays as it is when its process ends.</summary>
    public bool StaysDown { get; set; }

    /// <summary>Where it listens, or null while it is down.</summary>
    public Uri? Address => _current is { HasExited: false } process ? process.Address : null;

    /// <summary>What went wrong that no one meant to go wrong.</summary>
    public List<string> Faults { get; } = [];

    public Task StartAsync()
    {
        _running = Task.Run(RunAsync);
        return _firstStart.Task;
    }

    /// <summary>Ends the process at hand in the middle of whatever it is doing.</summary>
    public bool Kill() => _current?.Kill() == true;

    /// <summary>Stops the process at hand where it is. What it returns lets it go on; null if there is none to stop.</summary>
    public Func<bool>? Suspend() => _current is { } process && process.Suspend() ? process.Resume : null;

    /// <summary>Asks the process to end, as a supervisor does.</summary>
    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        await _running;
        if (_current is { HasExited: false } process)
        {
            var ended = await process.TerminateAsync();
            if (ended.ExitCode != 0)
                Faults.Add($"{ProcessName} was asked to end and ended with {ended.ExitCode}: {string.Join('\n', ended.Errors)}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _running;
        if (_current is { } process)
        {
            process.Resume();
            await process.DisposeAsync();
            KeepLog(process);
        }

        _stopping.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            while (!_stopping.IsCancellationRequested)
            {
                if (await TryStartAsync() is { } process)
                    await WaitForEndAsync(process);
                while (StaysDown && !_stopping.IsCancellationRequested)
                    await Task.Delay(50, _stopping.Token);
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The process at hand is for whoever asked to stop.
        }
    }

    private async Task<ServiceProcess?> TryStartAsync()
    {
        _processes++;
        try
        {
            var process = await ServiceProcess.StartProgramAsync(
                folder.Path, "TaskManagement.CrashTests.dll", [CrashNode.Argument], [.. settings, ("Crash:Process", ProcessName)]);
            folder.Note($"{ProcessName} listens as process {process.Id}");
            _current = process;
            _firstStart.TrySetResult();
            return process;
        }
        catch (InvalidOperationException exception)
        {
            // The database may be down, or the process was given what it can't bear as soon as it began.
            folder.Note($"{ProcessName} did not start: {exception.Message}");
            figures.Count("failed starts");
            await Task.Delay(500, _stopping.Token);
            return null;
        }
    }

    private async Task WaitForEndAsync(ServiceProcess process)
    {
        var ended = await process.WaitForEndAsync(_stopping.Token);
        folder.Note($"{ProcessName} ended with {ended.ExitCode}");
        figures.Count("ended processes");
        // It was killed, or one of its handlers ended it.
        if (ended.ExitCode is not (KilledExitCode or AbortedExitCode))
            Faults.Add($"{ProcessName} ended by itself with {ended.ExitCode}: {string.Join('\n', ended.Errors)}");
        _current = null;
        KeepLog(process);
        await process.DisposeAsync();
    }

    private void KeepLog(ServiceProcess process) =>
        File.WriteAllLines(folder.File(string.Create(CultureInfo.InvariantCulture, $"{ProcessName}-{process.Id}.log")), [.. process.Output, .. process.Errors]);
}
