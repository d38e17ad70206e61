using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace TaskManagement.TestSupport.Processes;

/// <summary>
/// A RabbitMQ broker of our own, made of the installed programs in a temporary folder, on 127.0.0.1. It ends with this process, however that ends.
/// </summary>
public sealed class RabbitMqProcess : IAsyncDisposable
{
    private const string ServerUser = "rabbitmq";
    private const string Server = "/usr/lib/rabbitmq/bin/rabbitmq-server";
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(90);

    // The shell waits for the end of its input, which the system closes even if this process is killed. "stop" and "start" do what they say.
    private const string Guard = """
        folder=$1
        cd "$folder"
        epmd -address 127.0.0.1 -port "$ERL_EPMD_PORT" >epmd.log 2>&1 &
        epmd=$!
        start() { "$2" >>"$1/log" 2>&1 & server=$!; }
        start "$folder" "$2"
        while read -r command; do
          case $command in
            stop) kill -TERM $server; wait $server; echo stopped;;
            start) start "$folder" "$2"; echo started;;
          esac
        done
        kill -TERM $server 2>/dev/null
        wait $server
        kill $epmd
        rm -rf "$folder"
        """;

    private readonly Process _guard;
    private readonly string _folder;
    private readonly int _port;

    private RabbitMqProcess(Process guard, string folder, int port)
    {
        _guard = guard;
        _folder = folder;
        _port = port;
    }

    /// <summary>How to connect to it.</summary>
    public string ConnectionString => $"amqp://guest:guest@127.0.0.1:{_port.ToString(CultureInfo.InvariantCulture)}/";

    /// <summary>Starts a broker for one test. If there is none to start, the test is skipped, unless it is required: then it fails.</summary>
    public static async Task<RabbitMqProcess> StartOrSkipAsync()
    {
        if (!File.Exists(Server))
            Requirements.SkipOrFail("RabbitMq", $"no RabbitMQ server is installed ({Server})");
        var folder = Directory.CreateTempSubdirectory("tm-rabbitmq-").FullName;
        var (port, distribution, names) = (FreePort(), FreePort(), FreePort());
        if (Environment.IsPrivilegedProcess)
            await Process.Start("chown", [ServerUser, folder]).WaitForExitAsync();
        string[] command = ["sh", "-c", Guard, "sh", folder, Server];
        if (Environment.IsPrivilegedProcess)
            command = ["setpriv", $"--reuid={ServerUser}", $"--regid={ServerUser}", "--init-groups", "--", .. command];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            WorkingDirectory = "/",
        };
        foreach (var (name, value) in new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["HOME"] = folder,
            ["RABBITMQ_MNESIA_BASE"] = Path.Combine(folder, "data"),
            ["RABBITMQ_LOG_BASE"] = Path.Combine(folder, "logs"),
            ["RABBITMQ_NODENAME"] = $"tm{port.ToString(CultureInfo.InvariantCulture)}@localhost",
            ["RABBITMQ_NODE_IP_ADDRESS"] = "127.0.0.1",
            ["RABBITMQ_NODE_PORT"] = port.ToString(CultureInfo.InvariantCulture),
            ["RABBITMQ_DIST_PORT"] = distribution.ToString(CultureInfo.InvariantCulture),
            ["ERL_EPMD_PORT"] = names.ToString(CultureInfo.InvariantCulture),
            ["ERL_EPMD_ADDRESS"] = "127.0.0.1",
            ["RABBITMQ_ENABLED_PLUGINS_FILE"] = Path.Combine(folder, "plugins"),
            ["RABBITMQ_CONFIG_FILE"] = Path.Combine(folder, "none"),
            ["RABBITMQ_CONF_ENV_FILE"] = "/dev/null",
            ["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] = "-kernel inet_dist_use_interface {127,0,0,1}",
        })
            start.Environment[name] = value;
        var guard = Process.Start(start)!;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => End(guard);
        var broker = new RabbitMqProcess(guard, folder, port);
        await broker.ListensAsync();
        return broker;
    }

    /// <summary>Ends it, in order: what is persistent stays.</summary>
    public Task StopAsync() => TellAsync("stop", "stopped");

    /// <summary>Starts it again at the same address, with what was persistent.</summary>
    public async Task StartAsync()
    {
        await TellAsync("start", "started");
        await ListensAsync();
    }

    public ValueTask DisposeAsync()
    {
        End(_guard);
        _guard.Dispose();
        return ValueTask.CompletedTask;
    }

    private static void End(Process guard)
    {
        try
        {
            guard.StandardInput.Close();
            guard.WaitForExit(TimeSpan.FromSeconds(20));
        }
        catch (InvalidOperationException)
        {
            // It was ended before.
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task TellAsync(string command, string answer)
    {
        await _guard.StandardInput.WriteLineAsync(command);
        await _guard.StandardInput.FlushAsync();
        if (!string.Equals(await _guard.StandardOutput.ReadLineAsync(), answer, StringComparison.Ordinal))
            throw new InvalidOperationException($"The broker did not {command}.");
    }

    private async Task ListensAsync()
    {
        var started = Stopwatch.GetTimestamp();
        while (!await AnswersAsync())
        {
            if (_guard.HasExited || Stopwatch.GetElapsedTime(started) > StartLimit)
                throw new InvalidOperationException($"The broker did not start: {await File.ReadAllTextAsync(Path.Combine(_folder, "log"))}");
            await Task.Delay(100);
        }
    }

    /// <summary>Whether it speaks AMQP: it answers a wrong greeting with the right one.</summary>
    private async Task<bool> AnswersAsync()
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, _port);
            await using var stream = client.GetStream();
            await stream.WriteAsync("HELLO..."u8.ToArray());
            return await stream.ReadAsync(new byte[8]).AsTask().WaitAsync(TimeSpan.FromSeconds(5)) > 0;
        }
        catch (Exception exception) when (exception is SocketException or IOException or TimeoutException)
        {
            return false;
        }
    }
}
