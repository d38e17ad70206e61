using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace TaskManagement.Infrastructure.IntegrationTests.Notifications;

/// <summary>A mail server at a loopback port that keeps what it is given, and answers as it is told.</summary>
internal sealed class SmtpServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _serving;

    public SmtpServer()
    {
        _listener.Start();
        _serving = ServeAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>What it says it can do.</summary>
    public string[] Extensions { get; init; } = [];

    /// <summary>How it answers a command, if not as usual; null for never.</summary>
    public Func<string, string?> Answer { get; init; } = _ => "";

    /// <summary>The commands that it got, over all connections.</summary>
    public ConcurrentQueue<string> Commands { get; } = [];

    /// <summary>The messages that it took, as they arrived.</summary>
    public ConcurrentQueue<byte[]> Messages { get; } = [];

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _serving;
        _listener.Dispose();
        _ending.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync(_ending.Token);
                await TalkAsync(client.GetStream());
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }

    private async Task TalkAsync(NetworkStream stream)
    {
        using var reader = new StreamReader(stream, Encoding.Latin1);
        await using var writer = new StreamWriter(stream, Encoding.ASCII) { NewLine = "\r\n", AutoFlush = true };
        try
        {
            await writer.WriteLineAsync("220 ready");
            while (await reader.ReadLineAsync(_ending.Token) is { } command)
            {
                Commands.Enqueue(command);
                var answer = Answer(command);
                if (answer is null)
                    await Task.Delay(Timeout.Infinite, _ending.Token);
                await writer.WriteLineAsync(answer is { Length: > 0 } ? answer : Usual(command));
                if (command == "DATA" && answer is "")
                    await TakeAsync(reader, writer);
            }
        }
        catch (IOException)
        {
            // The client left.
        }
    }

    private async Task TakeAsync(StreamReader reader, StreamWriter writer)
    {
        var message = new StringBuilder();
        while (await reader.ReadLineAsync(_ending.Token) is { } line && line != ".")
            message.Append(line.StartsWith('.') ? line[1..] : line).Append("\r\n");
        Messages.Enqueue(Encoding.Latin1.GetBytes(message.ToString()));
        await writer.WriteLineAsync("250 taken");
    }

    private string Usual(string command) => command.Split(' ', ':')[0].ToUpperInvariant() switch
    {
        "EHLO" => string.Join("\r\n", Extensions.Select(extension => $"250-{extension}").Prepend("250-localhost").Append("250 HELP")),
        "AUTH" => "334 UGFzc3dvcmQ6",
        "MAIL" or "RCPT" or "HELO" or "NOOP" or "RSET" => "250 fine",
        "DATA" => "354 go on",
        "QUIT" => "221 bye",
        // The password.
        _ => "235 welcome",
    };
}
