using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Application.Common.Telemetry;
using TaskManagement.Application.Monitoring;
using TaskManagement.Application.Tasks;
using TaskManagement.Domain.Tasks.Events;
using TaskManagement.Infrastructure.IntegrationTests.Support;
using TaskManagement.Infrastructure.Persistence;

namespace TaskManagement.Infrastructure.IntegrationTests.Monitoring;

public abstract class MeasuringEvents(DatabaseKind database) : DatabaseTest(database)
{
    [Fact]
    public async Task Every_event_is_counted_and_its_way_to_the_handlers_is_measured()
    {
        var clock = new ManualClock();
        using var measured = new Measured();
        await using var host = await StartAsync(services => services.AddSingleton<TimeProvider>(clock));
        await Engine.SubscribeAsync(host);

        var task = await host.CreateTaskAsync();
        await host.SendAsync(new StartTask(task));
        clock.Now = clock.Now.AddHours(3);
        await host.SendAsync(new CompleteTask(task));
        clock.Now = clock.Now.AddSeconds(5);
        await using var engine = await Engine.StartAsync(host);
        await engine.CaughtUpAsync("measure-events");
        await engine.CaughtUpAsync("measure-completion-time");

        // Other tests run at the same time: what their clocks measure is not this.
        Assert.Contains(("taskmanagement.event.latency", "task.created", 3 * 3600 + 5.0), measured.All);
        Assert.Contains(("taskmanagement.event.latency", "task.completed", 5.0), measured.All);
        Assert.Contains(("taskmanagement.events.handled", "task.created", 1.0), measured.All);
        Assert.Contains(("taskmanagement.task.completion_time", "", 3 * 3600.0), measured.All);
    }

    [Fact]
    public async Task A_slow_handler_is_told_of_in_the_transaction_and_after_the_commit()
    {
        var told = new ConcurrentBag<string>();
        using var measured = new Measured();
        await using var host = await StartAsync(
            services => services
                .AddScoped<INotificationHandler<TaskCreated>, SlowBeforeCommit>()
                .AddScoped<INotificationHandler<Committed<TaskCreated>>, SlowAfterCommit>()
                .AddSingleton<ILoggerProvider>(new Warnings(told)),
            new() { ["Monitoring:SlowHandlerMilliseconds"] = "150" });
        await using var engine = await Engine.StartAsync(host);

        await host.CreateTaskAsync();
        await engine.CaughtUpAsync("slow-after-commit");

        Assert.Contains(told, warning => warning.StartsWith("SlowBeforeCommit took", StringComparison.Ordinal) && warning.EndsWith("TaskCreated", StringComparison.Ordinal));
        Assert.Contains(told, warning => warning.StartsWith("slow-after-commit took", StringComparison.Ordinal) && warning.EndsWith("task.created", StringComparison.Ordinal));
        Assert.Contains(("taskmanagement.handler.slow", "TaskCreated", 1.0), measured.All);
        Assert.Contains(("taskmanagement.handler.slow", "task.created", 1.0), measured.All);
    }

    private sealed class SlowBeforeCommit : INotificationHandler<TaskCreated>
    {
        public Task Handle(TaskCreated notification, CancellationToken cancellationToken) => Task.Delay(160, cancellationToken);
    }

    private sealed class SlowAfterCommit : INotificationHandler<Committed<TaskCreated>>
    {
        public Task Handle(Committed<TaskCreated> notification, CancellationToken cancellationToken) => Task.Delay(160, cancellationToken);
    }
}

public sealed class MeasuringEventsOnSqlite() : MeasuringEvents(DatabaseKind.Sqlite);

public sealed class MeasuringEventsOnPostgreSql() : MeasuringEvents(DatabaseKind.PostgreSql);

public sealed class MeasuringEventsOnSqlServer() : MeasuringEvents(DatabaseKind.SqlServer);

public sealed class SlowHandlersTests
{
    private readonly StandingClock _clock = new();
    private readonly ConcurrentBag<string> _told = [];
    private readonly SlowHandlers _slow;

    public SlowHandlersTests()
    {
        var factory = LoggerFactory.Create(logging => logging.AddProvider(new Warnings(_told)));
        _slow = new(Options.Create(new MonitoringOptions { SlowHandlerMilliseconds = 100 }), _clock, factory.CreateLogger<SlowHandlers>());
    }

    [Fact]
    public void A_quick_one_is_not_told_of()
    {
        _slow.Report("quick", "task.created", TimeSpan.FromMilliseconds(99));

        Assert.Empty(_told);
    }

    [Fact]
    public void Each_is_told_of_once_a_minute_and_counted_each_time()
    {
        using var measured = new Measured();
        for (var second = 0; second < 120; second++)
        {
            _slow.Report("slow", $"{nameof(SlowHandlersTests)}", TimeSpan.FromMilliseconds(100));
            _slow.Report("other", "task.created", TimeSpan.FromMilliseconds(100));
            _clock.Ticks += TimeSpan.TicksPerSecond;
        }

        Assert.Equal((2, 2), (_told.Count(warning => warning.StartsWith("slow", StringComparison.Ordinal)), _told.Count(warning => warning.StartsWith("other", StringComparison.Ordinal))));
        Assert.Equal(120, measured.All.Count(measurement => measurement.Event == nameof(SlowHandlersTests)));
    }

    private sealed class StandingClock : TimeProvider
    {
        public long Ticks { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Ticks;
    }
}

/// <summary>Keeps what the instruments of the service measure, whoever uses them.</summary>
internal sealed class Measured : IDisposable
{
    private readonly MeterListener _listener = new();

    public Measured()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == Instrumentation.Name)
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.Start();
    }

    public ConcurrentBag<(string Instrument, string Event, double Value)> All { get; } = [];

    public void Dispose() => _listener.Dispose();

    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var name = "";
        foreach (var (key, tag) in tags)
        {
            if (key == "event")
                name = (string)tag!;
        }

        All.Add((instrument.Name, name, value));
    }
}

/// <summary>Keeps the warnings in the log.</summary>
internal sealed class Warnings(ConcurrentBag<string> told) : ILoggerProvider, ILogger
{
    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel == LogLevel.Warning;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
            told.Add(formatter(state, exception));
    }

    public void Dispose()
    {
    }
}
