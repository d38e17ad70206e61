using BenchmarkDotNet.Attributes;
using MediatR;
using TaskManagement.Domain.Common;
using TaskManagement.Domain.Tasks.Events;

namespace TaskManagement.Benchmarks.Parts;

/// <summary>One event and its in-transaction handlers: called directly, by the publisher, and by the dispatch that precedes a save.</summary>
public class Dispatch
{
    private readonly INotificationHandler<TaskPrioritized>[] _handlers = [.. Enumerable.Range(0, 10).Select(_ => new DispatchScope.Handler())];
    private DispatchScope _none = null!;
    private DispatchScope _one = null!;
    private DispatchScope _ten = null!;

    [GlobalSetup]
    public async Task StartAsync() =>
        (_none, _one, _ten) = (await DispatchScope.StartAsync(0), await DispatchScope.StartAsync(1), await DispatchScope.StartAsync(_handlers.Length));

    [GlobalCleanup]
    public async Task EndAsync()
    {
        await _none.DisposeAsync();
        await _one.DisposeAsync();
        await _ten.DisposeAsync();
    }

    [BenchmarkCategory("handlers")]
    [Benchmark(Baseline = true)]
    public async Task TenCalledDirectly()
    {
        foreach (var handler in _handlers)
            await handler.Handle(DispatchScope.Event, CancellationToken.None);
    }

    [BenchmarkCategory("handlers")]
    [Benchmark]
    public Task PublishedToNone() => _none.PublishAsync();

    [BenchmarkCategory("handlers")]
    [Benchmark]
    public Task PublishedToOne() => _one.PublishAsync();

    [BenchmarkCategory("handlers")]
    [Benchmark]
    public Task PublishedToTen() => _ten.PublishAsync();

    [BenchmarkCategory("change")]
    [Benchmark(Baseline = true)]
    public IReadOnlyList<RaisedEvent> ChangedAndNotDispatched() => _none.Change();

    [BenchmarkCategory("change")]
    [Benchmark]
    public Task ChangedAndDispatchedToNone() => _none.DispatchAsync();

    [BenchmarkCategory("change")]
    [Benchmark]
    public Task ChangedAndDispatchedToOne() => _one.DispatchAsync();

    [BenchmarkCategory("change")]
    [Benchmark]
    public Task ChangedAndDispatchedToTen() => _ten.DispatchAsync();
}
