using System.Diagnostics.Metrics;
using TaskManagement.Application.Common.Telemetry;

namespace TaskManagement.Infrastructure.EventLog.Delivery;

/// <summary>Shows, as gauges, how the subscriptions stood at the last beat.</summary>
internal sealed class EngineGauges : IDisposable
{
    private readonly Meter _meter = new(Instrumentation.Name);
    private List<CursorState> _states = [];

    public EngineGauges()
    {
        _meter.CreateObservableGauge("taskmanagement.delivery.lag", Lags, "{event}", "Events that a subscription has yet to see, by subscription.");
        _meter.CreateObservableGauge("taskmanagement.sequencer.waiting", () => _states is [var first, ..] ? first.Unnumbered : 0, "1", "1 if there are events without a position.");
    }

    /// <summary>Notes how they stand.</summary>
    public void Show(List<CursorState> states) => Volatile.Write(ref _states, states);

    public void Dispose() => _meter.Dispose();

    private IEnumerable<Measurement<long>> Lags() => Volatile.Read(ref _states)
        .Where(state => state.Replay == 0)
        .GroupBy(state => state.Subscription, StringComparer.Ordinal)
        .Select(partitions => new Measurement<long>(
            partitions.Max(state => state.Head - state.Position), new KeyValuePair<string, object?>("subscription", partitions.Key)));
}
