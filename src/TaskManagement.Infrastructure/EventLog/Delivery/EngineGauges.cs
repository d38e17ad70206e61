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
        Gauge("taskmanagement.delivery.lag", "Events that a subscription has yet to see.", partitions => partitions.Max(state => state.Head - state.Position));
        Gauge("taskmanagement.delivery.waiting", "Events of a subscription that are parked.", partitions => partitions.First().Parked);
        Gauge("taskmanagement.delivery.dead_letters", "Dead letters of a subscription.", partitions => partitions.First().Dead);
        _meter.CreateObservableGauge(
            "taskmanagement.sequencer.lag", () => Volatile.Read(ref _states) is [var first, ..] ? first.Unnumbered : 0, "{event}", "Events that have no position yet.");
    }

    /// <summary>Notes how they stand.</summary>
    public void Show(List<CursorState> states) => Volatile.Write(ref _states, states);

    public void Dispose() => _meter.Dispose();

    private void Gauge(string name, string description, Func<IEnumerable<CursorState>, long> value) => _meter.CreateObservableGauge(
        name,
        () => Volatile.Read(ref _states)
            .Where(state => state.Replay == 0)
            .GroupBy(state => state.Subscription, StringComparer.Ordinal)
            .Select(partitions => new Measurement<long>(value(partitions), new KeyValuePair<string, object?>("subscription", partitions.Key))),
        "{event}",
        description);
}
