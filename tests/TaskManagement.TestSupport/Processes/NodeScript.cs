using System.Diagnostics;
using System.Threading.Channels;

namespace TaskManagement.TestSupport.Processes;

/// <summary>
/// A script of <c>tests/Interop</c>, run by Node.js with the packages that are listed there: implementations of the formats on the wire that are not
/// ours. It is spoken to line by line, and ends with its input, so also when this process is gone.
/// </summary>
public sealed class NodeScript : IAsyncDisposable
{
    private static readonly string Folder = Path.Combine(Checkout.Root, "tests", "Interop");
    private static readonly Lazy<Task<string?>> Obstacle = new(InstallAsync);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly Process _process;
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();
    private readonly List<string> _errors = [];

    private NodeScript(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) =>
        {
            if (line.Data is { } text)
                _lines.Writer.TryWrite(text);
            else
                _lines.Writer.TryComplete();
        };
        process.ErrorDataReceived += (_, line) =>
        {
            lock (_errors)
                _errors.Add(line.Data ?? "");
        };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Starts a script. Without Node.js or its packages the test is skipped, unless they are required: then it fails.</summary>
    /// <param name="script">The name of the file.</param>
    /// <param name="arguments">What it is given.</param>
    public static async Task<NodeScript> StartOrSkipAsync(string script, params string[] arguments)
    {
        if (await Obstacle.Value is { } obstacle)
            Requirements.SkipOrFail("Node", obstacle);
        return new(Start("node", [script, .. arguments]));
    }

    /// <summary>Gives it a line to read.</summary>
    public async Task WriteLineAsync(string line)
    {
        await _process.StandardInput.WriteLineAsync(line);
        await _process.StandardInput.FlushAsync();
    }

    /// <summary>The next line that it writes.</summary>
    /// <exception cref="InvalidOperationException">It has ended.</exception>
    public async Task<string> ReadLineAsync()
    {
        using var limit = new CancellationTokenSource(Patience);
        try
        {
            return await _lines.Reader.ReadAsync(limit.Token);
        }
        catch (ChannelClosedException closed)
        {
            lock (_errors)
                throw new InvalidOperationException($"The script has ended: {string.Join('\n', _errors)}", closed);
        }
    }

    /// <summary>A line that it has written already and no one has read, or null.</summary>
    public string? TryReadLine() => _lines.Reader.TryRead(out var line) ? line : null;

    /// <summary>Ends it at once, in the middle of whatever it is doing.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            await KillAsync();
        _process.Dispose();
    }

    /// <summary>Installs the packages if they are not there; returns why that can't be done, or null.</summary>
    private static async Task<string?> InstallAsync()
    {
        try
        {
            if (!File.Exists(Path.Combine(Folder, "node_modules", ".package-lock.json")))
            {
                using var npm = Start(OperatingSystem.IsWindows() ? "npm.cmd" : "npm", ["ci", "--no-audit", "--no-fund"]);
                npm.StandardInput.Close();
                var (output, errors) = (npm.StandardOutput.ReadToEndAsync(), npm.StandardError.ReadToEndAsync());
                await npm.WaitForExitAsync();
                if (npm.ExitCode != 0)
                    return $"npm ci in tests/Interop ended with {npm.ExitCode}: {await output}{await errors}";
            }

            using var node = Start("node", ["--version"]);
            await node.WaitForExitAsync();
            return null;
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            return $"Node.js could not be run: {exception.Message}";
        }
    }

    private static Process Start(string file, string[] arguments) => Process.Start(new ProcessStartInfo(file, arguments)
    {
        WorkingDirectory = Folder,
        UseShellExecute = false,
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;
}
