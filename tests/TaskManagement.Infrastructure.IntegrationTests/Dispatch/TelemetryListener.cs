using System.Diagnostics;
using System.Diagnostics.Metrics;
using TaskManagement.Application.Common.Telemetry;

namespace TaskManagement.Infrastructure.IntegrationTests.Dispatch;

/// <summary>Listens to the spans and the handler histogram of one test: those of its own trace.</summary>
internal sealed class TelemetryListener : IDisposable
{
    private readonly ActivityListener _spans;
    private readonly MeterListener _meters = new();
    private readonly Activity _trace = new("test");
    private readonly Lock _lock = new();

    public TelemetryListener()
    {
        _trace.Start();
        _spans = new()
        {
            ShouldListenTo = source => source.Name == Instrumentation.Name,
            Sample = (ref _) => ActivitySamplingResult.AllData,
            ActivityStopped = span =>
            {
                if (span.TraceId == _trace.TraceId)
                    Add(Spans, span);
            },
        };
        ActivitySource.AddActivityListener(_spans);
        _meters.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument == Instrumentation.HandlerDuration)
                listener.EnableMeasurementEvents(instrument);
        };
        _meters.SetMeasurementEventCallback<double>((_, _, tags, _) =>
        {
            if (Activity.Current?.TraceId == _trace.TraceId)
                Add(HandlerDurations, tags.ToArray().ToDictionary(StringComparer.Ordinal));
        });
        _meters.Start();
    }

    public List<Activity> Spans { get; } = [];

    public List<Dictionary<string, object?>> HandlerDurations { get; } = [];

    public string TraceId => _trace.TraceId.ToHexString();

    public void Dispose()
    {
        _spans.Dispose();
        _meters.Dispose();
        _trace.Dispose();
    }

    private void Add<T>(List<T> list, T item)
    {
        lock (_lock)
            list.Add(item);
    }
}
