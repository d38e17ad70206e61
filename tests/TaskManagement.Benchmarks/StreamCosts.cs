using System.Diagnostics;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using TaskManagement.TestSupport.Processes;

namespace TaskManagement.Benchmarks;

/// <summary>What clients of the stream of events cost the service while nothing happens, and how soon all of them have an event.</summary>
internal static class StreamCosts
{
    private static readonly TimeSpan Watched = TimeSpan.FromMinutes(1);

    public static async Task MeasureAsync(int clients)
    {
        using var folder = new TemporaryFolder();
        await using var service = await ServiceProcess.StartAsync(folder, ("Notifications:Delivery", "None"));
        using var process = Process.GetProcessById(service.Id);
        // A few before, so that none pays for what is done once.
        foreach (var warm in await OpenAsync(service.Address, 50))
            warm.Dispose();
        await service.Client.PostAsJsonAsync(new Uri("/api/v1/tasks", UriKind.Relative), new { title = "Warm" });
        await WatchAsync(process);

        var without = await WatchAsync(process);
        var streams = await OpenAsync(service.Address, clients);
        var with = await WatchAsync(process);
        var times = new List<double>();
        for (var i = 0; i < 11; i++)
        {
            var watch = Stopwatch.StartNew();
            await service.Client.PostAsJsonAsync(new Uri("/api/v1/tasks", UriKind.Relative), new { title = "Seen by all" });
            await Task.WhenAll(streams.Select(stream => ReadToAsync(stream, "data: ")));
            times.Add(watch.Elapsed.TotalMilliseconds);
        }

        Console.WriteLine($"\n{clients} idle streams, heartbeats every 15 s\n");
        Console.WriteLine("| | without | with | for each |\n| --- | --- | --- | --- |");
        Console.WriteLine($"| working set, MB | {without.Megabytes:0.0} | {with.Megabytes:0.0} | {(with.Megabytes - without.Megabytes) * 1024 / clients:0.0} KB |");
        Console.WriteLine($"| processor, ms in a second | {without.Processor:0.0} | {with.Processor:0.0} | {(with.Processor - without.Processor) * 1000 / clients:0.0} µs |");
        Console.WriteLine($"\nFrom the request that creates a task until all have read its event: {times.Order().ElementAt(times.Count / 2):0} ms (median)");
        foreach (var stream in streams)
            stream.Dispose();
    }

    private static async Task<(double Megabytes, double Processor)> WatchAsync(Process process)
    {
        process.Refresh();
        var before = process.TotalProcessorTime;
        await Task.Delay(Watched);
        process.Refresh();
        return (process.WorkingSet64 / 1024.0 / 1024, (process.TotalProcessorTime - before).TotalMilliseconds / Watched.TotalSeconds);
    }

    private static async Task<Socket[]> OpenAsync(Uri service, int count)
    {
        var streams = new Socket[count];
        for (var i = 0; i < count; i++)
        {
            streams[i] = new(SocketType.Stream, ProtocolType.Tcp);
            await streams[i].ConnectAsync(service.Host, service.Port);
            await streams[i].SendAsync(Encoding.ASCII.GetBytes(
                $"GET /api/v1/events/stream HTTP/1.1\r\nHost: {service.Authority}\r\nAuthorization: Bearer {ServiceProcess.AdminToken}\r\n\r\n"));
            await ReadToAsync(streams[i], "retry: ");
        }

        return streams;
    }

    private static async Task ReadToAsync(Socket stream, string text)
    {
        var (read, buffer) = ("", new byte[4096]);
        while (!read.Contains(text, StringComparison.Ordinal))
            read += Encoding.UTF8.GetString(buffer, 0, await stream.ReceiveAsync(buffer));
    }
}
