using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Npgsql;

namespace TaskManagement.TestSupport.Databases;

/// <summary>A PostgreSQL server of our own, made of the installed binaries in a temporary folder. It ends with this process, however that ends.</summary>
internal sealed class PostgreSqlProcess
{
    private const string ServerUser = "postgres";
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    // The shell waits for the end of its input, which the system closes even if this process is killed; then it ends the server at once, whose data no one wants, and tidies up.
    private const string Guard = """
        folder=$1; shift
        "$@" >"$folder/log" 2>&1 &
        server=$!
        cat >/dev/null
        kill -QUIT $server
        wait $server
        rm -rf "$folder"
        """;

    private PostgreSqlProcess(string folder, string connectionString)
    {
        Folder = folder;
        ConnectionString = connectionString;
    }

    public string Folder { get; }

    public string ConnectionString { get; }

    public static async Task<PostgreSqlProcess> StartAsync()
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
            return await ServeAsync(binaries, folder, password);
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

    private static async Task<PostgreSqlProcess> ServeAsync(string binaries, string folder, string password)
    {
        var port = FreePort();
        string[] server =
        [
            Path.Combine(binaries, "postgres"), "-D", Path.Combine(folder, "data"), "-p", port.ToString(CultureInfo.InvariantCulture),
            "-c", "listen_addresses=127.0.0.1", "-c", $"unix_socket_directories={folder}", "-c", "max_connections=200",
            // Only for speed: the data lives no longer than the tests.
            "-c", "fsync=off",
        ];
        var process = Start("sh", ["-c", Guard, "sh", folder, .. AsServerUser(server)]);
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            process.StandardInput.Close();
            process.WaitForExit(TimeSpan.FromSeconds(10));
        };

        var connectionString = new NpgsqlConnectionStringBuilder
        {
            Host = "127.0.0.1",
            Port = port,
            Username = "postgres",
            Password = password,
        }.ConnectionString;
        var started = Stopwatch.GetTimestamp();
        while (!await AnswersAsync(connectionString))
        {
            if (process.HasExited || Stopwatch.GetElapsedTime(started) > StartLimit)
            {
                var log = await File.ReadAllTextAsync(Path.Combine(folder, "log"));
                process.StandardInput.Close();
                throw new NotStartedException($"postgres did not start: {log}");
            }

            await Task.Delay(50);
        }

        return new(folder, connectionString);
    }

    private static async Task<bool> AnswersAsync(string connectionString)
    {
        try
        {
            await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false;Database=postgres");
            await connection.OpenAsync();
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
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
