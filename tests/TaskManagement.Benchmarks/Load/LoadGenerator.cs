using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using System.Threading.Channels;

namespace TaskManagement.Benchmarks.Load;

/// <summary>Sends requests of one kind over a number of connections, as fast as they are answered or at a rate of its own.</summary>
internal sealed class LoadGenerator : IDisposable
{
    private readonly LoadConnection[] _connections;
    private readonly Random[] _randoms;

    private LoadGenerator(LoadConnection[] connections)
    {
        _connections = connections;
        // Others in every round: a title that a task has already is no change, and costs no write.
        _randoms = [.. connections.Select(_ => new Random())];
    }

    public static async Task<LoadGenerator> ConnectAsync(int port, int connections)
    {
        var open = new List<LoadConnection>();
        try
        {
            while (open.Count < connections)
                open.Add(await LoadConnection.OpenAsync(port));
            return new([.. open]);
        }
        catch
        {
            open.ForEach(connection => connection.Dispose());
            throw;
        }
    }

    /// <summary>Each connection sends its next request when the one before is answered.</summary>
    /// <returns>How many were answered, and in what time.</returns>
    /// <exception cref="LoadFailedException">One was refused.</exception>
    public async Task<(long Requests, TimeSpan Elapsed)> SaturateAsync(Operation operation, TimeSpan time)
    {
        var started = Stopwatch.GetTimestamp();
        var counts = await Task.WhenAll(_connections.Select((_, index) => Task.Run(async () =>
        {
            var count = 0L;
            while (Stopwatch.GetElapsedTime(started) < time && await CallAsync(operation, index))
                count++;
            return count;
        })));
        return (counts.Sum(), Stopwatch.GetElapsedTime(started));
    }

    /// <summary>
    /// Requests arrive at random moments, so many a second on the average, whether those before are answered or not. One that finds all connections
    /// busy waits for one, and its latency counts from its arrival.
    /// </summary>
    /// <returns>The latencies in milliseconds, in no order.</returns>
    /// <exception cref="LoadFailedException">A request was refused.</exception>
    public async Task<List<double>> ArriveAsync(Operation operation, double perSecond, TimeSpan time)
    {
        var arrivals = Channel.CreateUnbounded<long>(new() { SingleWriter = true });
        var workers = _connections.Select((_, index) => Task.Run(async () =>
        {
            var latencies = new List<double>();
            await foreach (var arrival in arrivals.Reader.ReadAllAsync())
            {
                if (!await CallAsync(operation, index))
                    break;
                latencies.Add(Stopwatch.GetElapsedTime(arrival).TotalMilliseconds);
            }

            return latencies;
        })).ToArray();
        var clock = new Thread(() => Arrive(arrivals.Writer, perSecond, time)) { IsBackground = true, Name = "Arrivals" };
        clock.Start();
        return [.. (await Task.WhenAll(workers)).SelectMany(latencies => latencies)];
    }

    public void Dispose() => Array.ForEach(_connections, connection => connection.Dispose());

    private async ValueTask<bool> CallAsync(Operation operation, int index)
    {
        var connection = _connections[index];
        var length = operation.Write(connection.Request, new(_randoms[index], index, _connections.Length));
        if (length == 0)
            return false;
        await connection.CallAsync(length);
        if (connection.Status is < 200 or > 299)
        {
            throw new LoadFailedException(
                $"{operation.Name} was answered with {connection.Status}: {Encoding.UTF8.GetString(connection.Body.Span)}\n{Encoding.UTF8.GetString(connection.Request.AsSpan(0, length))}");
        }

        return true;
    }

    private static void Arrive(ChannelWriter<long> arrivals, double perSecond, TimeSpan time)
    {
        var random = new Random(1);
        var started = Stopwatch.GetTimestamp();
        var next = 0.0;
        while ((next -= Math.Log(1 - random.NextDouble()) / perSecond) < time.TotalSeconds)
        {
            // Timers of the runtime are a millisecond apart, which is longer than what is measured.
            while (next - Stopwatch.GetElapsedTime(started).TotalSeconds is > 0 and var left)
                _ = SleepMicroseconds((uint)Math.Min(left * 1e6, 1e5) + 1);
            arrivals.TryWrite(started + (long)(next * Stopwatch.Frequency));
        }

        arrivals.Complete();
    }

    [DllImport("libc", EntryPoint = "usleep")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SleepMicroseconds(uint microseconds);
}

/// <summary>A request was not served, so nothing of the run means anything.</summary>
internal sealed class LoadFailedException(string message) : Exception(message);
