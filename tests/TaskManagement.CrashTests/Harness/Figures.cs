using System.Collections.Concurrent;
using System.Globalization;

namespace TaskManagement.CrashTests.Harness;

/// <summary>Counts what happens in a run.</summary>
internal sealed class Figures
{
    private readonly ConcurrentDictionary<string, long> _counts = new(StringComparer.Ordinal);
    private readonly ConcurrentBag<TimeSpan> _takeOvers = [];

    public void Count(string what, long by = 1) => _counts.AddOrUpdate(what, by, (_, count) => count + by);

    public long this[string what] => _counts.GetValueOrDefault(what);

    /// <summary>Notes how long a subscription was without a node that lives.</summary>
    public void TakeOver(TimeSpan took) => _takeOvers.Add(took);

    public IReadOnlyList<TimeSpan> TakeOvers => [.. _takeOvers.Order()];

    public override string ToString()
    {
        var text = string.Join(", ", _counts.OrderBy(count => count.Key, StringComparer.Ordinal).Select(count => $"{count.Value} {count.Key}"));
        return TakeOvers is { Count: > 0 } took
            ? text + string.Create(
                CultureInfo.InvariantCulture,
                $"; {took.Count} take-overs in {took[took.Count / 2].TotalSeconds:0.0} s (median) to {took[^1].TotalSeconds:0.0} s")
            : text;
    }
}
