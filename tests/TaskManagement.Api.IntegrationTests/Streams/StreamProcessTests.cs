using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using TaskManagement.Api.IntegrationTests.Support;
using TaskManagement.Infrastructure.Persistence;
using TaskManagement.TestSupport;
using TaskManagement.TestSupport.Databases;
using static TaskManagement.Api.IntegrationTests.Streams.EventStreamClient;
using static TaskManagement.Api.IntegrationTests.Support.Http;

namespace TaskManagement.Api.IntegrationTests.Streams;

/// <summary>Streams of the service as a process.</summary>
public sealed class StreamProcessTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TemporaryFolder _other = new();

    public void Dispose()
    {
        _folder.Dispose();
        _other.Dispose();
    }

    [Fact]
    public async Task Asked_to_end_the_service_ends_its_streams_and_then_itself()
    {
        await using var service = await ServiceProcess.StartAsync(_folder, ("Notifications:Delivery", "None"));
        var streams = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => OpenAsync(service.Client)));

        var ended = await service.TerminateAsync();

        Assert.Equal(0, ended.ExitCode);
        Assert.DoesNotContain(ended.Output, line => line.StartsWith("fail:", StringComparison.Ordinal));
        foreach (var stream in streams)
        {
            // An answer that was broken off, as the server does to those it has waited for in vain, would throw.
            Assert.Null(await stream.TryNextAsync());
            await stream.DisposeAsync();
        }
    }

    [Fact]
    public async Task Clients_who_do_not_read_are_disconnected_and_cost_no_memory_and_the_others_go_on()
    {
        const int Stuck = 40;
        // A hundred events of 120 KB: kept for each of those who do not read, they would take far more memory than there is.
        await using var service = await ServiceProcess.StartAsync(
            _folder, ("Notifications:Delivery", "None"), ("Events:StreamWriteSeconds", "2"), ("DOTNET_GCHeapHardLimit", "0x10000000"));
        var task = (await service.Client.CreateTaskAsync()).Id();
        for (var i = 0; i < 100; i++)
        {
            await service.Client.PatchJsonAsync($"{TasksUrl}/{task}", $$"""{"description":"{{new string((char)('a' + (i % 26)), 60_000)}}"}""")
                .ShouldBeAsync(HttpStatusCode.OK);
        }

        await using var reader = await OpenAsync(service.Client, "?after=0&type=task.*");
        var stuck = await Task.WhenAll(Enumerable.Range(0, Stuck).Select(_ => ConnectAndReadNothingAsync(service.Address)));
        await reader.TakeAsync(101);
        await service.Client.CreateTaskAsync();
        await reader.NextAsync();
        await Eventually.IsTrueAsync("all of them are disconnected", () => Task.FromResult(
            service.Output.Count(line => line.Contains("was cut off: the client does not read", StringComparison.Ordinal)) == Stuck));
        await service.Client.CreateTaskAsync();
        await reader.NextAsync();
        Assert.False(service.HasExited);
        foreach (var socket in stuck)
            socket.Dispose();
    }

    [Fact]
    public async Task A_stream_has_what_every_node_commits_and_goes_on_at_another_node()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseKind.PostgreSql);
        (string, string)[] settings =
        [
            ("Database:Provider", "PostgreSql"), ("Database:ConnectionString", database.ConnectionString), ("Notifications:Delivery", "None"),
        ];
        await using var delivers = await ServiceProcess.StartAsync(_folder, settings);
        await using var answers = await ServiceProcess.StartAsync(_other, [.. settings, ("Events:Deliver", "false")]);
        // That the token is used is an event too.
        await using var atOne = await OpenAsync(delivers.Client, "?type=task.*");
        await using var atOther = await OpenAsync(answers.Client, "?type=task.*");

        for (var i = 0; i < 20; i++)
            await (i % 2 == 0 ? delivers : answers).Client.CreateTaskAsync($"Task {i}");

        var seen = await atOne.TakeAsync(20);
        Assert.Equal(seen.Select(item => item.Data), (await atOther.TakeAsync(20)).Select(item => item.Data));
        Assert.Equal(seen.Select(item => item.Data), (await answers.Client.FeedAsync("&type=task.*")).Select(logged => logged.Json));
        await using var moved = await OpenAsync(answers.Client, "?type=task.*", seen[7].EventId);
        Assert.Equal(seen.Skip(8).Select(item => item.Data), (await moved.TakeAsync(12)).Select(item => item.Data));
    }

    private static async Task<Socket> ConnectAndReadNothingAsync(Uri service)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 8 * 1024 };
        await socket.ConnectAsync(service.Host, service.Port);
        await socket.SendAsync(Encoding.ASCII.GetBytes(
            $"GET {Url}?after=0 HTTP/1.1\r\nHost: {service.Authority}\r\nAuthorization: {new AuthenticationHeaderValue("Bearer", ServiceProcess.AdminToken)}\r\n\r\n"));
        return socket;
    }
}
