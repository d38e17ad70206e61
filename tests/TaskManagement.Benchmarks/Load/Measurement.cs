using System.Globalization;

namespace TaskManagement.Benchmarks.Load;

/// <summary>What the rounds of one operation of one system gave.</summary>
internal sealed class Measurement
{
    private readonly List<double> _perSecond = [];
    private readonly List<double> _latencies = [];
    private long _requests;
    private TimeSpan _processor;
    private long _allocated;

    private double PerSecond => At([.. _perSecond.Order()], 0.5);

    private double ProcessorMicroseconds => _processor.TotalMicroseconds / Math.Max(1, _requests);

    private double AllocatedKilobytes => _allocated / 1024.0 / Math.Max(1, _requests);

    /// <summary>Adds a round as fast as it goes.</summary>
    public void Add(long requests, TimeSpan elapsed, TimeSpan processor, long allocated)
    {
        _perSecond.Add(requests / elapsed.TotalSeconds);
        _requests += requests;
        _processor += processor;
        _allocated += allocated;
    }

    /// <summary>Adds the latencies of a round of arrivals, in milliseconds.</summary>
    public void Add(IEnumerable<double> latencies) => _latencies.AddRange(latencies);

    /// <summary>Requests per second, three percentiles of the latency, processor time and allocations as cells of a table.</summary>
    public string Cells()
    {
        var sorted = _latencies.Order().ToArray();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{PerSecond:N0} | {At(sorted, 0.5):0.00} | {At(sorted, 0.99):0.00} | {At(sorted, 0.999):0.00} | {ProcessorMicroseconds:N0} | {AllocatedKilobytes:0.0}");
    }

    /// <summary>The same as parts of another's.</summary>
    public string RatioCells(Measurement other)
    {
        var (mine, others) = (_latencies.Order().ToArray(), other._latencies.Order().ToArray());
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{PerSecond / other.PerSecond:0.00} | {At(mine, 0.5) / At(others, 0.5):0.0} | {At(mine, 0.99) / At(others, 0.99):0.0} | {At(mine, 0.999) / At(others, 0.999):0.0} | {ProcessorMicroseconds / other.ProcessorMicroseconds:0.0} | {AllocatedKilobytes / other.AllocatedKilobytes:0.0}");
    }

    private static double At(double[] sorted, double part) => sorted.Length == 0 ? double.NaN : sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * part))];
}
