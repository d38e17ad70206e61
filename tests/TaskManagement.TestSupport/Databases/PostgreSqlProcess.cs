using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Npgsql;
using TaskManagement.Infrastructure.Persistence;

namespace TaskManagement.TestSupport.Databases;

/// <summary>A PostgreSQL server of our own, made of the installed binaries in a temporary folder. It ends with this process, however that ends.</summary>
public sealed class PostgreSqlProcess : IAsyncDisposable
{
    private const string ServerUser = "postgres";
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    // The shell starts the server again after each signal that it reads. It waits for the end of its input, which the system closes even if this
    // process is killed; then it ends the server at once, whose data no one wants, and tidies up.
    private const string Guard = """
        folder=$1; shift
        "$@" >"$folder/log" 2>&1 &
        server=$!
        while read -r signal; do
          kill -$signal $server
          wait $server
          "$@" >>"$folder/log" 2>&1 &
          server=$!
        done
        kill -QUIT $server
        wait $server
        rm -rf "$folder"
        """;

    private readonly Process _guard;

    private PostgreSqlProcess(Process guard, string folder, string connectionString)
    {
        _guard = guard;
        Folder = folder;
        ConnectionString = connectionString;
    }

    public string Folder { get; }

    public string ConnectionString { get; }

    /// <summary>Starts a server for one test. If there is none to start, the test is skipped, unless it is required: then it fails.</summary>
    /// <param name="isDurable">Whether its data must outlive its end.</param>
    public static async Task<PostgreSqlProcess> StartOrSkipAsync(bool isDurable)
    {
        try
        {
            return await StartAsync(isDurable);
        }
        catch (NotStartedException exception)
        {
            Requirements.SkipOrFail(nameof(DatabaseKind.PostgreSql), exception.Message);
            throw;
        }
    }

    /// <summary>Ends the server and starts it again with the same data at the same address.</summary>
    /// <param name="isClean">Whether it ends in order; else it ends at once and must recover from its write-ahead log.</param>
    public async Task RestartAsync(bool isClean)
    {
        var before = await StartTimeAsync() ?? throw new InvalidOperationException("The server does not answer.");
        await _guard.StandardInput.WriteLineAsync(isClean ? "INT" : "QUIT");
        await _guard.StandardInput.FlushAsync();
        var asked = Stopwatch.GetTimestamp();
        while (await StartTimeAsync() is not { } now || now == before)
        {
            if (_guard.HasExited || Stopwatch.GetElapsedTime(asked) > StartLimit)
                throw new InvalidOperationException($"postgres did not start again: {await File.ReadAllTextAsync(Path.Combine(Folder, "log"))}");
            await Task.Delay(50);
        }
    }

    public ValueTask DisposeAsync()
    {
        End(_guard);
        _guard.Dispose();
        return ValueTask.CompletedTask;
    }

    internal static async Task<PostgreSqlProcess> StartAsync(bool isDurable = false)
    {
        var binaries = FindBinaries() ?? throw new NotStartedException("no PostgreSQL server is installed (initdb and postgres)");
        var folder = Directory.CreateTempSubdirectory("tm-postgres-").FullName;
        try
        {
            var password = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
            await File.WriteAllTextAsync(Path.Combine(folder, "password"), password);
            if (Environment.IsPrivilegedProcess)
                await RunAsync("chown", "-R", ServerUser, folder);
            await InitializeAsync(binaries, folder);
            return await ServeAsync(binaries, folder, password, isDurable);
        }
        catch (NotStartedException)
        {
            Directory.Delete(folder, recursive: true);
            throw;
        }
    }

    private static async Task InitializeAsync(string binaries, string folder)
    {
        string[] initdb =
        [
            Path.Combine(binaries, "initdb"), "--pgdata", Path.Combine(folder, "data"), "--username", "postgres", "--encoding", "UTF8",
            "--auth", "scram-sha-256", "--pwfile", Path.Combine(folder, "password"), "--no-sync",
        ];
        try
        {
            await RunAsync(AsServerUser([.. initdb, "--locale", "C.UTF-8"]));
        }
        catch (NotStartedException)
        {
            // Not every system has that locale; its own will do.
            await RunAsync(AsServerUser(initdb));
        }
    }

    private static async Task<PostgreSqlProcess> ServeAsync(string binaries, string folder, string password, bool isDurable)
    {
        var port = FreePort();
        string[] server =
        [
            Path.Combine(binaries, "postgres"), "-D", Path.Combine(folder, "data"), "-p", port.ToString(CultureInfo.InvariantCulture),
            "-c", "listen_addresses=127.0.0.1", "-c", $"unix_socket_directories={folder}", "-c", "max_connections=200",
            // Off only for speed, where the data lives no longer than the server.
            "-c", isDurable ? "fsync=on" : "fsync=off",
        ];
        var process = Start("sh", ["-c", Guard, "sh", folder, .. AsServerUser(server)]);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => End(process);

        var connectionString = new NpgsqlConnectionStringBuilder
        {
            Host = "127.0.0.1",
            Port = port,
            Username = "postgres",
            Password = password,
        }.ConnectionString;
        var started = Stopwatch.GetTimestamp();
        while (await StartTimeAsync(connectionString) is null)
        {
            if (process.HasExited || Stopwatch.GetElapsedTime(started) > StartLimit)
            {
                var log = await File.ReadAllTextAsync(Path.Combine(folder, "log"));
                process.StandardInput.Close();
                throw new NotStartedException($"postgres did not start: {log}");
            }

            await Task.Delay(50);
        }

        return new(process, folder, connectionString);
    }

    private static void End(Process guard)
    {
        try
        {
            guard.StandardInput.Close();
            guard.WaitForExit(TimeSpan.FromSeconds(10));
        }
        catch (InvalidOperationException)
        {
            // It was ended before.
        }
    }

    private Task<DateTime?> StartTimeAsync() => StartTimeAsync(ConnectionString);

    /// <summary>When the server that answers was started, or null if none does.</summary>
    private static async Task<DateTime?> StartTimeAsync(string connectionString)
    {
        try
        {
            await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false;Database=postgres");
            await connection.OpenAsync();
            await using var command = new NpgsqlCommand("SELECT pg_postmaster_start_time()", connection);
            return (DateTime?)await command.ExecuteScalarAsync();
        }
        catch (NpgsqlException)
        {
            return null;
        }
    }

    /// <summary>PostgreSQL refuses to run as root.</summary>
    private static string[] AsServerUser(string[] command) =>
        Environment.IsPrivilegedProcess ? ["setpriv", $"--reuid={ServerUser}", $"--regid={ServerUser}", "--init-groups", "--", .. command] : command;

    private static string? FindBinaries()
    {
        if (OperatingSystem.IsWindows())
            return null;
        const string Debian = "/usr/lib/postgresql";
        var newestFirst = Directory.Exists(Debian)
            ? Directory.GetDirectories(Debian)
                .OrderByDescending(path => int.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : 0)
                .Select(path => Path.Combine(path, "bin"))
            : [];
        return newestFirst
            .Concat((Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator))
            .FirstOrDefault(folder => File.Exists(Path.Combine(folder, "initdb")) && File.Exists(Path.Combine(folder, "postgres")));
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task RunAsync(params string[] command)
    {
        using var process = Start(command[0], command[1..], readOutput: true);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new NotStartedException($"{string.Join(' ', command)} ended with {process.ExitCode}: {await output}{await errors}");
    }

    private static Process Start(string file, string[] arguments, bool readOutput = false)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = readOutput,
            RedirectStandardError = readOutput,
            // A folder that the server's user may enter.
            WorkingDirectory = "/",
        };
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            throw new NotStartedException($"{file} could not be run: {exception.Message}");
        }
    }

    /// <summary>There is no server, and why.</summary>
    internal sealed class NotStartedException(string message) : Exception(message);
}
