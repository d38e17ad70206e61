using System.Net;
using System.Net.Sockets;
using System.Text;
using TaskManagement.Cli.IntegrationTests.Support;

namespace TaskManagement.Cli.IntegrationTests;

public sealed class ConnectionTests(ServiceFixture fixture)
{
    [Fact]
    public async Task A_service_that_can_not_be_reached_is_said_to_be_so_in_one_sentence()
    {
        var tool = new CommandLine(new("http://127.0.0.1:1"));

        var ended = await tool.RunAsync("subscriptions");

        Assert.Equal("The service at http://127.0.0.1:1/ can't be reached: Connection refused.", ended.ShouldFail(1));
    }

    [Fact]
    public async Task Without_a_token_it_is_said_where_to_put_one()
    {
        var ended = await fixture.Tool.RunAsync([("TASKMANAGEMENT_TOKEN", null)], "lag");

        Assert.Contains("put an administrator's token into TASKMANAGEMENT_TOKEN", ended.ShouldFail(1), StringComparison.Ordinal);
        Assert.EndsWith("(auth.required)", ended.Errors.TrimEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_options_stand_above_the_variables()
    {
        var wrong = await fixture.Tool.RunAsync("lag", "--token", "tm_someone-elses-token");
        var right = await fixture.Tool.RunAsync(
            [("TASKMANAGEMENT_TOKEN", "tm_wrong-as-it-can-be"), ("TASKMANAGEMENT_URL", "http://127.0.0.1:1")],
            "--url", fixture.Service.Address.ToString().TrimEnd('/'), "lag", "--token", ServiceProcess.Token);

        wrong.ShouldFail(1);
        right.ShouldSucceed();
    }

    [Fact]
    public async Task What_is_no_such_service_is_told_from_one()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var answering = AnswerAsync(listener, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 5\r\nConnection: close\r\n\r\nHello");
        var tool = new CommandLine(new($"http://{listener.LocalEndpoint}"));

        var ended = await tool.RunAsync("health");
        await answering;

        Assert.Equal($"What answers at http://{listener.LocalEndpoint}/ is no TaskManagement service.", ended.ShouldFail(1));
    }

    [Theory]
    [InlineData("Required command was not provided.")]
    [InlineData("Unrecognized command or argument 'subscription'.", "subscription")]
    [InlineData("--url must be an address such as http://localhost:5080.", "lag", "--url", "ftp://somewhere")]
    [InlineData("--to must be a position, which is a whole number, or a time such as 2026-11-20T17:00:00Z.", "rewind", "x", "--to", "yesterday")]
    [InlineData("Say where to: --to or --beginning.", "rewind", "x")]
    [InlineData("Say which: ids, or filters, or --all; one of these.", "retry")]
    [InlineData("Say which: ids, or filters, or --all; one of these.", "retry", "3", "--all")]
    [InlineData("Option '--reason' is required.", "discard", "3")]
    [InlineData("Required argument missing for command: 'explain'.", "explain", "test-mail")]
    public async Task A_wrong_command_line_is_refused_with_the_reason(string sentence, params string[] arguments)
    {
        var ended = await fixture.Tool.RunAsync(arguments);

        Assert.StartsWith(sentence, ended.ShouldFail(2), StringComparison.Ordinal);
        Assert.EndsWith("--help.", ended.Errors.TrimEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_is_there_for_every_command()
    {
        var help = (await fixture.Tool.RunAsync("--help")).ShouldSucceed();
        var commands = help[help.IndexOf("Commands:", StringComparison.Ordinal)..].Split('\n').Skip(1).Select(line => line.Trim().Split(' ')[0]).Where(name => name.Length > 0).ToList();

        Assert.Equal(
            [
                "subscriptions", "lag", "explain", "parked", "dead", "retry", "discard", "replay", "rewind", "tail", "audit", "handlers", "test-handler",
                "health", "verify",
            ],
            commands);
        foreach (var command in commands)
            Assert.Contains($"taskmanagement {command}", (await fixture.Tool.RunAsync(command, "--help")).ShouldSucceed(), StringComparison.Ordinal);
    }

    private static async Task AnswerAsync(TcpListener listener, string answer)
    {
        using var client = await listener.AcceptTcpClientAsync();
        await using var stream = client.GetStream();
        _ = await stream.ReadAsync(new byte[4096]);
        await stream.WriteAsync(Encoding.ASCII.GetBytes(answer));
    }
}
